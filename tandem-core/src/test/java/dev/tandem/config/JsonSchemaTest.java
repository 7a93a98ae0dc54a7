package dev.tandem.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Judges the schema with a small validator of the keywords that it uses; any other keyword fails
 * the test.
 */
final class JsonSchemaTest {
  private static final ObjectNode SCHEMA = JsonSchema.of(RunConfig.class, Samples.catalog());

  @Test
  void acceptsWhatTheReaderAccepts() {
    assertThat(accepts(Samples.CENSUS)).isTrue();
    assertThat(accepts(Samples.RICH)).isTrue();
    RunConfig rich = Samples.read(Samples.RICH);
    assertThat(accepts(Canonical.yaml(rich, Samples.catalog()))).isTrue();
    assertThat(accepts(Canonical.json(rich, Samples.catalog()))).isTrue();
  }

  @Test
  void refusesWhatTheReaderRefuses() {
    for (String[] change :
        List.of(
            new String[] {"levels: 2", "levles: 2"},
            new String[] {"levels: 2", "levels: 0"},
            new String[] {"levels: 2", "levels: two"},
            new String[] {"type: ple", "type: plee"},
            new String[] {"batch: 1024", "batch: 0"},
            new String[] {"batch: 1024", "batch: \"12\""},
            new String[] {"adam: 0.001", "adma: 0.001"},
            new String[] {"metric: auc", "metric: aucc"},
            new String[] {"towers: [32]", "towers: [wide]"},
            new String[] {"min_count: 2", "min_count: 2, min_cuont: 3"},
            new String[] {"tasks:", "task:"})) {
      String text = Samples.CENSUS.replace(change[0], change[1]);
      assertThat(text).isNotEqualTo(Samples.CENSUS);
      assertThat(accepts(text)).as(change[1]).isFalse();
      assertThat(readerAccepts(text)).as(change[1]).isFalse();
    }
  }

  @Test
  void everyReferenceLeadsSomewhereAndEveryOptionIsDescribed() {
    Set<String> used = new TreeSet<>();
    SCHEMA.findValuesAsText("$ref").forEach(used::add);
    Set<String> defined = new TreeSet<>();
    SCHEMA.get("$defs").fieldNames().forEachRemaining(name -> defined.add("#/$defs/" + name));

    assertThat(used).isEqualTo(defined);
    List<String> mute = new ArrayList<>();
    for (JsonNode definition : SCHEMA.get("$defs")) {
      JsonNode properties = definition.get("properties");
      for (String key : (Iterable<String>) properties::fieldNames) {
        if (!properties.get(key).has("description") && !properties.get(key).has("const")) {
          mute.add(definition.path("description").asText() + " " + key);
        }
      }
    }
    assertThat(mute).isEmpty();
  }

  private static boolean readerAccepts(String text) {
    try {
      Samples.read(text);
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  private static boolean accepts(String yaml) {
    Object value =
        new Load(LoadSettings.builder().build()).loadFromString(yaml.replace("${", "$("));
    return valid(new ObjectMapper().valueToTree(value), SCHEMA);
  }

  private static boolean valid(JsonNode value, JsonNode schema) {
    boolean valid = true;
    for (String keyword : (Iterable<String>) schema::fieldNames) {
      JsonNode rule = schema.get(keyword);
      valid &=
          switch (keyword) {
            case "$schema", "$defs", "title", "description", "default" -> true;
            case "$ref" -> valid(value, SCHEMA.at(rule.asText().substring(1)));
            case "anyOf" -> any(value, rule);
            case "const" -> value.equals(rule);
            case "enum" -> contains(rule, value);
            case "type" -> rule.isArray() ? anyType(value, rule) : type(value, rule.asText());
            case "minimum" -> !value.isNumber() || value.asDouble() >= rule.asDouble();
            case "maximum" -> !value.isNumber() || value.asDouble() <= rule.asDouble();
            case "pattern" -> !value.isTextual() || value.asText().matches(rule.asText());
            case "items" -> !value.isArray() || every(value, rule);
            case "required" -> !value.isObject() || hasAll(value, rule);
            case "properties" -> !value.isObject() || properties(value, rule);
            case "additionalProperties" ->
                !value.isObject() || others(value, schema.path("properties"), rule);
            default ->
                throw new AssertionError("a keyword that this test does not know: " + keyword);
          };
    }
    return valid;
  }

  private static boolean any(JsonNode value, JsonNode ways) {
    for (JsonNode way : ways) {
      if (valid(value, way)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(JsonNode allowed, JsonNode value) {
    for (JsonNode one : allowed) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyType(JsonNode value, JsonNode types) {
    for (JsonNode one : types) {
      if (type(value, one.asText())) {
        return true;
      }
    }
    return false;
  }

  private static boolean type(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> throw new AssertionError("no such type: " + type);
    };
  }

  private static boolean every(JsonNode values, JsonNode rule) {
    for (JsonNode value : values) {
      if (!valid(value, rule)) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasAll(JsonNode value, JsonNode keys) {
    for (JsonNode key : keys) {
      if (!value.has(key.asText())) {
        return false;
      }
    }
    return true;
  }

  private static boolean properties(JsonNode value, JsonNode rules) {
    for (String key : (Iterable<String>) rules::fieldNames) {
      if (value.has(key) && !valid(value.get(key), rules.get(key))) {
        return false;
      }
    }
    return true;
  }

  private static boolean others(JsonNode value, JsonNode known, JsonNode rule) {
    for (String key : (Iterable<String>) value::fieldNames) {
      if (!known.has(key)
          && (rule.isBoolean() ? !rule.asBoolean() : !valid(value.get(key), rule))) {
        return false;
      }
    }
    return true;
  }
}
