package dev.tandem.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema (draft 2020-12) of a configuration record, with all short forms, so that an editor
 * completes and checks what {@link Binder} reads.
 */
public final class JsonSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String VARIABLE = "\\$\\{[^}]+\\}";

  private final Catalog catalog;
  private final Map<Class<?>, String> names = new LinkedHashMap<>();
  private final ObjectNode definitions = JSON.objectNode();

  private JsonSchema(Catalog catalog) {
    this.catalog = catalog;
  }

  /** The schema of run configurations as indented JSON. */
  public static String ofRuns(Catalog catalog) {
    return of(RunConfig.class, catalog).toPrettyString() + "\n";
  }

  static ObjectNode of(Class<? extends Record> type, Catalog catalog) {
    JsonSchema schema = new JsonSchema(catalog);
    ObjectNode root = JSON.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Tandem " + Names.snake(type.getSimpleName()).replace('_', ' '));
    root.set("$ref", schema.definition(type).get("$ref"));
    root.set("$defs", schema.definitions);
    return root;
  }

  private ObjectNode definition(Class<? extends Record> type) {
    String name = names.get(type);
    if (name == null) {
      Class<?> outer = type.getEnclosingClass();
      name =
          (outer == null ? "" : Names.snake(outer.getSimpleName()) + ".")
              + Names.snake(type.getSimpleName());
      names.put(type, name);
      // Reserved first: records may contain one another.
      definitions.putObject(name);
      definitions.set(name, settings(type, null));
    }
    return JSON.objectNode().put("$ref", "#/$defs/" + name);
  }

  /**
   * An object with the record's components, and the key that names it when it is one of several.
   */
  private ObjectNode settings(
      Class<? extends Record> type, Map.@Nullable Entry<String, String> named) {
    ObjectNode object = JSON.objectNode().put("type", "object");
    Doc doc = type.getAnnotation(Doc.class);
    if (doc != null) {
      object.put("description", doc.value());
    }
    ObjectNode properties = object.putObject("properties");
    ArrayNode required = JSON.arrayNode();
    if (named != null) {
      properties.putObject(named.getKey()).put("const", named.getValue());
      required.add(named.getKey());
    }
    for (RecordComponent component : type.getRecordComponents()) {
      Shape shape = Shape.of(component, catalog);
      String key = Names.snake(component.getName());
      ObjectNode property = shape(shape);
      Doc sentence = component.getAnnotation(Doc.class);
      if (sentence != null) {
        property.put("description", sentence.value());
      }
      Default byDefault = component.getAnnotation(Default.class);
      if (byDefault != null) {
        property.set("default", yaml(byDefault.value()));
      } else if (!(shape instanceof Shape.Maybe)) {
        required.add(key);
      }
      properties.set(key, property);
    }
    if (!required.isEmpty()) {
      object.set("required", required);
    }
    return object.put("additionalProperties", false);
  }

  private static JsonNode yaml(String text) {
    Object value =
        new org.snakeyaml.engine.v2.api.Load(
                org.snakeyaml.engine.v2.api.LoadSettings.builder().build())
            .loadFromString(text);
    return new ObjectMapper().valueToTree(value);
  }

  private ObjectNode shape(Shape shape) {
    if (shape instanceof Shape.Text) {
      ObjectNode text = JSON.objectNode();
      text.putArray("type").add("string").add("number").add("boolean");
      return text;
    } else if (shape instanceof Shape.Flag) {
      return orVariable(JSON.objectNode().put("type", "boolean"));
    } else if (shape instanceof Shape.Whole whole) {
      ObjectNode number = JSON.objectNode().put("type", "integer");
      double widest = whole.type().equals(int.class) ? Integer.MAX_VALUE : Double.POSITIVE_INFINITY;
      return orVariable(range(number, whole.min(), Math.min(whole.max(), widest)));
    } else if (shape instanceof Shape.Real real) {
      return orVariable(range(JSON.objectNode().put("type", "number"), real.min(), real.max()));
    } else if (shape instanceof Shape.Choice choice) {
      ObjectNode names = JSON.objectNode();
      names.set("enum", strings(choice.names()));
      return names;
    } else if (shape instanceof Shape.Maybe maybe) {
      return anyOf(shape(maybe.value()), JSON.objectNode().put("type", "null"));
    } else if (shape instanceof Shape.Many many) {
      ObjectNode list = JSON.objectNode().put("type", "array");
      list.set("items", shape(many.element()));
      return anyOf(list, shape(many.element()));
    } else if (shape instanceof Shape.Named named) {
      return named(named);
    } else if (shape instanceof Shape.Group group) {
      return group(group.type());
    } else if (shape instanceof Shape.OneOf one) {
      return oneOf(one.key(), one.members());
    } else if (shape instanceof Shape.Written) {
      return JSON.objectNode();
    }
    return oneOf("type", catalog.types(((Shape.Chosen) shape).kind()));
  }

  private ObjectNode named(Shape.Named shape) {
    ObjectNode object = JSON.objectNode().put("type", "object");
    object.set("additionalProperties", shape(shape.value()));
    if (!(shape.value() instanceof Shape.Group)) {
      return object;
    }
    ObjectNode names = JSON.objectNode().put("type", "array");
    names.putObject("items").put("type", "string");
    return anyOf(object, names, JSON.objectNode().put("type", "string"));
  }

  private ObjectNode group(Class<? extends Record> type) {
    ObjectNode nothing = JSON.objectNode().put("type", "null");
    Optional<RecordComponent> bare = Binder.shorthand(type);
    return bare.isPresent()
        ? anyOf(definition(type), shape(Shape.of(bare.get(), catalog)), nothing)
        : anyOf(definition(type), nothing);
  }

  private ObjectNode oneOf(String key, Map<String, Class<? extends Record>> members) {
    if (members.isEmpty()) {
      return anyOf(
          JSON.objectNode().put("type", "string"), JSON.objectNode().put("type", "object"));
    }
    ObjectNode bare = JSON.objectNode();
    bare.set("enum", strings(members.keySet()));
    ArrayNode ways = JSON.arrayNode().add(bare);
    members.forEach((name, type) -> ways.add(settings(type, Map.entry(key, name))));
    members.forEach(
        (name, type) -> {
          ObjectNode single = JSON.objectNode().put("type", "object");
          ObjectNode options = group(type);
          RecordComponent[] components = type.getRecordComponents();
          if (Binder.shorthand(type).isEmpty() && components.length > 0) {
            options = anyOf(options, shape(Shape.of(components[0], catalog)));
          }
          single.putObject("properties").set(name, options);
          single.putArray("required").add(name);
          ways.add(single.put("additionalProperties", false));
        });
    return JSON.objectNode().set("anyOf", ways);
  }

  private static ObjectNode range(ObjectNode number, double min, double max) {
    if (!Double.isInfinite(min)) {
      number.put("minimum", min);
    }
    return Double.isInfinite(max) ? number : number.put("maximum", max);
  }

  private static ObjectNode orVariable(ObjectNode shape) {
    return anyOf(
        shape, JSON.objectNode().put("type", "string").put("pattern", "^" + VARIABLE + "$"));
  }

  private static ObjectNode anyOf(ObjectNode... ways) {
    ArrayNode all = JSON.arrayNode();
    for (ObjectNode way : ways) {
      all.add(way);
    }
    return JSON.objectNode().set("anyOf", all);
  }

  private static ArrayNode strings(Collection<String> texts) {
    ArrayNode array = JSON.arrayNode();
    List.copyOf(texts).forEach(array::add);
    return array;
  }
}
