package dev.tandem.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tandem.schema.Default;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * The one written form of a configuration record: every default spelled out, keys in the order of
 * the record's components, no short forms. {@link Binder} reads it back to an equal record. Serves
 * any record that the binder can fill, such as a {@link dev.tandem.schema.Schema}.
 */
public final class Canonical {
  private static final ObjectWriter JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writerWithDefaultPrettyPrinter();

  private final Catalog catalog;

  private Canonical(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Indented JSON. */
  public static String json(Record settings, Catalog catalog) {
    try {
      return JSON.writeValueAsString(new Canonical(catalog).tree(settings)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A configuration could not be written as JSON", e);
    }
  }

  /** YAML in block style. */
  public static String yaml(Record settings, Catalog catalog) {
    DumpSettings style =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(100).build();
    return new Dump(style).dumpToString(new Canonical(catalog).tree(settings));
  }

  /**
   * A record read from its canonical JSON, or from any YAML.
   *
   * @param text the text
   * @param source what to call it in messages
   * @throws ConfigException naming everything that does not fit
   */
  public static <T extends Record> T read(
      String text, String source, Class<T> type, Catalog catalog) {
    return Binder.bind(node(text, source), type, catalog);
  }

  /**
   * A record with other values.
   *
   * @param settings {@code path=value}, the value as YAML, as {@code --set} takes them; later ones
   *     count
   * @throws ConfigException naming everything that does not fit
   */
  @SuppressWarnings("unchecked") // a record's class is that of its type
  public static <T extends Record> T with(T record, List<String> settings, Catalog catalog) {
    ConfigNode.Mapping written = (ConfigNode.Mapping) node(json(record, catalog), "settings");
    Problems problems = new Problems();
    ConfigNode changed = new Overrides(Variables.none(), problems).apply(written, settings);
    problems.throwIfAny();
    return Binder.bind(changed, (Class<T>) record.getClass(), catalog);
  }

  private static ConfigNode node(String text, String source) {
    Problems problems = new Problems();
    Optional<ConfigNode> node =
        new YamlReader(Variables.none(), problems).read(text, new Place(source, 1, ""));
    problems.throwIfAny();
    return node.orElseThrow(() -> new ConfigException(source + ": is empty"));
  }

  /** Maps, lists, text, numbers and booleans. */
  private Map<String, @Nullable Object> tree(Record settings) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    Shape.membership(settings.getClass(), catalog)
        .ifPresent(name -> tree.put(name.getKey(), name.getValue()));
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      Object value = get(settings, component);
      boolean absent = value.equals(Optional.empty()) || value.equals(OptionalInt.empty());
      if (!absent) {
        tree.put(Names.snake(component.getName()), value(value, component));
      } else if (component.isAnnotationPresent(Default.class)) {
        tree.put(Names.snake(component.getName()), null);
      }
    }
    return tree;
  }

  private @Nullable Object value(Object value, RecordComponent component) {
    Object held = value instanceof Optional<?> optional ? optional.orElseThrow() : value;
    if (held instanceof Component chosen) {
      Kind kind = component.getAnnotation(Kind.class);
      return component(chosen, kind == null ? "" : kind.value());
    }
    return value(held);
  }

  private @Nullable Object value(Object value) {
    if (value instanceof Optional<?> optional) {
      return value(optional.orElseThrow());
    } else if (value instanceof OptionalInt optional) {
      return optional.getAsInt();
    } else if (value instanceof List<?> list) {
      List<@Nullable Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(value(element)));
      return elements;
    } else if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> entries = new LinkedHashMap<>();
      map.forEach((key, entry) -> entries.put((String) key, value(entry)));
      return entries;
    } else if (value instanceof Enum<?> constant) {
      return Names.snake(constant.name());
    } else if (value instanceof Component chosen) {
      return component(chosen, "");
    } else if (value instanceof Record settings) {
      return tree(settings);
    }
    return value;
  }

  /** With the defaults of a component that the catalog knows, otherwise as it was written. */
  private Map<String, @Nullable Object> component(Component chosen, String kind) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("type", chosen.type());
    if (catalog.types(kind).containsKey(chosen.type())) {
      tree.putAll(tree(Binder.component(chosen, kind, catalog)));
    } else {
      chosen.options().entries().forEach((key, option) -> tree.put(key, plain(option)));
    }
    return tree;
  }

  /** The value of a node by the rules of YAML 1.2. */
  private static @Nullable Object plain(ConfigNode node) {
    if (node instanceof ConfigNode.Mapping mapping) {
      Map<String, @Nullable Object> entries = new LinkedHashMap<>();
      mapping.entries().forEach((key, entry) -> entries.put(key, plain(entry)));
      return entries;
    } else if (node instanceof ConfigNode.Listing list) {
      List<@Nullable Object> elements = new ArrayList<>();
      list.elements().forEach(element -> elements.add(plain(element)));
      return elements;
    }
    ConfigNode.Scalar scalar = (ConfigNode.Scalar) node;
    String text = scalar.text();
    if (scalar.isNull()) {
      return null;
    } else if (scalar.quoted()) {
      return text;
    } else if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    } else if (Scalars.WHOLE.matcher(text).matches() && text.length() < 18) {
      return Long.valueOf(text);
    } else if (Scalars.REAL.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    return text;
  }

  private static Object get(Record settings, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(settings);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }
}
