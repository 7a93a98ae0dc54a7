package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Shorthand;
import dev.tandem.schema.TandemException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fills records from configuration. Keys are the components' names in snake case. What is absent
 * comes from {@link Default}, or is empty when it is optional; anything else absent, unknown or of
 * the wrong type is reported with its place, all of it at once. Besides the full form there are
 * short ones:
 *
 * <ul>
 *   <li>a bare value for a record stands for its {@link Shorthand} component;
 *   <li>one of several records is named by {@code {type: name, …}}, by {@code {name: value}}, or by
 *       its bare name;
 *   <li>a bare value for a list is a list of one;
 *   <li>a list of names for values by name gives each name its defaults.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class Binder {
  private final Catalog catalog;
  private final Problems problems;
  private final Scalars scalars;

  private Binder(Catalog catalog, Problems problems) {
    this.catalog = catalog;
    this.problems = problems;
    this.scalars = new Scalars(problems);
  }

  /**
   * A record filled from a node.
   *
   * @throws ConfigException naming everything that does not fit
   */
  public static <T extends Record> T bind(ConfigNode node, Class<T> type, Catalog catalog) {
    Problems problems = new Problems();
    @Nullable T bound = bind(node, type, catalog, problems);
    problems.throwIfAny();
    if (bound == null) {
      throw new ConfigException(node.place() + ": cannot be read");
    }
    return bound;
  }

  static <T extends Record> @Nullable T bind(
      ConfigNode node, Class<T> type, Catalog catalog, Problems problems) {
    return type.cast(new Binder(catalog, problems).group(node, type));
  }

  /**
   * The record that a component stands for.
   *
   * @param component as it was read
   * @param kind its kind in the catalog
   * @throws ConfigException when the catalog has no such component, or its options do not fit
   */
  public static Record component(Component component, String kind, Catalog catalog) {
    Class<? extends Record> type = catalog.types(kind).get(component.type());
    if (type == null) {
      throw new ConfigException(
          component.options().place()
              + ": "
              + unknownMember(kind, component.type(), catalog.types(kind).keySet()));
    }
    return bind(component.options(), type, catalog);
  }

  private @Nullable Object value(ConfigNode node, Shape shape) {
    if (shape instanceof Shape.Maybe maybe) {
      return maybe(node, maybe);
    } else if (shape instanceof Shape.Many many) {
      return list(node, many);
    } else if (shape instanceof Shape.Named named) {
      return named(node, named);
    } else if (shape instanceof Shape.Group group) {
      return group(node, group.type());
    } else if (shape instanceof Shape.OneOf one) {
      return oneOf(node, one);
    } else if (shape instanceof Shape.Chosen chosen) {
      return chosen(node, chosen);
    } else if (shape instanceof Shape.Written) {
      return node;
    }
    return scalars.bind(node, shape);
  }

  private @Nullable Object maybe(ConfigNode node, Shape.Maybe shape) {
    boolean whole = shape.type().equals(OptionalInt.class);
    if (node instanceof ConfigNode.Scalar scalar && scalar.isNull()) {
      return whole ? OptionalInt.empty() : Optional.empty();
    }
    Object value = value(node, shape.value());
    if (value == null) {
      return null;
    }
    return whole ? OptionalInt.of((Integer) value) : Optional.of(value);
  }

  private @Nullable Object list(ConfigNode node, Shape.Many shape) {
    boolean one =
        node instanceof ConfigNode.Scalar scalar
            ? !scalar.isNull()
            : node instanceof ConfigNode.Mapping && !isText(shape.element());
    if (!one && !(node instanceof ConfigNode.Listing)) {
      problems.report(node.place(), "expected a list, found " + ConfigText.describe(node));
      return null;
    }
    List<ConfigNode> elements =
        node instanceof ConfigNode.Listing list ? list.elements() : List.of(node);
    List<Object> values = new ArrayList<>();
    for (ConfigNode element : elements) {
      Object value = value(element, shape.element());
      if (value != null) {
        values.add(value);
      }
    }
    return Collections.unmodifiableList(values);
  }

  private static boolean isText(Shape shape) {
    return !(shape instanceof Shape.Group
        || shape instanceof Shape.OneOf
        || shape instanceof Shape.Chosen);
  }

  private @Nullable Object named(ConfigNode node, Shape.Named shape) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    if (node instanceof ConfigNode.Mapping mapping) {
      entries.putAll(mapping.entries());
    } else if (shape.value() instanceof Shape.Group && isNames(node)) {
      List<ConfigNode> names =
          node instanceof ConfigNode.Listing list ? list.elements() : List.of(node);
      for (ConfigNode name : names) {
        String text = ((ConfigNode.Scalar) name).text();
        Place place = name.place();
        if (entries.put(text, new ConfigNode.Mapping(Map.of(), place)) != null) {
          problems.report(place, text + " is given twice; keep one");
        }
      }
    } else {
      problems.report(node.place(), "expected values by name, found " + ConfigText.describe(node));
      return null;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    entries.forEach(
        (name, entry) -> {
          Object value = value(entry, shape.value());
          if (value != null) {
            values.put(name, value);
          }
        });
    return Collections.unmodifiableMap(values);
  }

  private static boolean isNames(ConfigNode node) {
    return node instanceof ConfigNode.Listing list
        ? list.elements().stream().allMatch(Binder::isName)
        : isName(node);
  }

  private static boolean isName(ConfigNode node) {
    return node instanceof ConfigNode.Scalar scalar && !scalar.isNull();
  }

  private @Nullable Object oneOf(ConfigNode node, Shape.OneOf shape) {
    Component named = choose(node, shape.title(), shape.key(), shape.members());
    if (named == null) {
      return null;
    }
    Class<? extends Record> type = shape.members().get(named.type());
    return type == null ? null : group(named.options(), type);
  }

  private @Nullable Object chosen(ConfigNode node, Shape.Chosen shape) {
    Map<String, Class<? extends Record>> members = catalog.types(shape.kind());
    Component named = choose(node, shape.kind(), "type", members);
    Class<? extends Record> type = named == null ? null : members.get(named.type());
    if (named != null && type != null) {
      group(named.options(), type);
    }
    return named;
  }

  /**
   * The name and the options of one of several records; any name goes when {@code members} is
   * empty.
   */
  private @Nullable Component choose(
      ConfigNode node, String title, String key, Map<String, Class<? extends Record>> members) {
    Component found = null;
    if (node instanceof ConfigNode.Scalar scalar && !scalar.isNull()) {
      found = new Component(scalar.text(), new ConfigNode.Mapping(Map.of(), node.place()));
    } else if (node instanceof ConfigNode.Mapping mapping) {
      Optional<ConfigNode> type = mapping.get(key);
      if (type.isPresent()) {
        if (!isName(type.get())) {
          problems.report(
              type.get().place(), "expected a name, found " + ConfigText.describe(type.get()));
          return null;
        }
        found = new Component(((ConfigNode.Scalar) type.get()).text(), mapping.without(key));
      } else if (mapping.entries().size() == 1) {
        Map.Entry<String, ConfigNode> only = mapping.entries().entrySet().iterator().next();
        boolean known = members.isEmpty() || members.containsKey(only.getKey());
        found =
            new Component(
                only.getKey(),
                known
                    ? options(only.getValue(), members.get(only.getKey()))
                    : new ConfigNode.Mapping(Map.of(), only.getValue().place()));
      }
    }
    if (found == null) {
      problems.report(
          node.place(),
          "expected "
              + title
              + " as a name or {"
              + key
              + ": name, …}"
              + (members.isEmpty() ? "" : "; names: " + String.join(", ", members.keySet()))
              + "; found "
              + ConfigText.describe(node));
    } else if (!members.isEmpty() && !members.containsKey(found.type())) {
      problems.report(
          found.options().place(), unknownMember(title, found.type(), members.keySet()));
      return null;
    }
    return found;
  }

  private static String unknownMember(String title, String name, java.util.Set<String> allowed) {
    return "no "
        + title
        + " is named "
        + name
        + Nearest.hint(name, allowed)
        + "; allowed: "
        + String.join(", ", allowed);
  }

  /**
   * Options given as the value of a record's name: a mapping, or a bare value for its shorthand or
   * first component.
   */
  private ConfigNode.Mapping options(ConfigNode value, @Nullable Class<? extends Record> type) {
    if (value instanceof ConfigNode.Mapping mapping) {
      return mapping;
    }
    boolean nothing = value instanceof ConfigNode.Scalar scalar && scalar.isNull();
    if (nothing || type == null || type.getRecordComponents().length == 0) {
      if (!nothing) {
        problems.report(value.place(), "takes no bare value, found " + ConfigText.describe(value));
      }
      return new ConfigNode.Mapping(Map.of(), value.place());
    }
    RecordComponent first = shorthand(type).orElse(type.getRecordComponents()[0]);
    return new ConfigNode.Mapping(Map.of(Names.snake(first.getName()), value), value.place());
  }

  static Optional<RecordComponent> shorthand(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .filter(c -> c.isAnnotationPresent(Shorthand.class))
        .findFirst();
  }

  private @Nullable Object group(ConfigNode node, Class<? extends Record> type) {
    ConfigNode.Mapping mapping = asMapping(node, type);
    if (mapping == null) {
      return null;
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> allowed = Arrays.stream(components).map(c -> Names.snake(c.getName())).toList();
    mapping
        .entries()
        .forEach(
            (key, value) -> {
              if (!allowed.contains(key)) {
                problems.report(
                    value.place(),
                    "unknown key"
                        + Nearest.hint(key, allowed)
                        + "; allowed: "
                        + String.join(", ", allowed));
              }
            });
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      arguments[i] = component(mapping, components[i]);
      complete &= arguments[i] != null;
    }
    return complete ? construct(type, components, arguments, mapping.place()) : null;
  }

  private ConfigNode.@Nullable Mapping asMapping(ConfigNode node, Class<? extends Record> type) {
    if (node instanceof ConfigNode.Mapping mapping) {
      return mapping;
    }
    if (node instanceof ConfigNode.Scalar scalar && scalar.isNull()) {
      return new ConfigNode.Mapping(Map.of(), node.place());
    }
    Optional<RecordComponent> shorthand = shorthand(type);
    if (shorthand.isPresent()) {
      return new ConfigNode.Mapping(
          Map.of(Names.snake(shorthand.get().getName()), node), node.place());
    }
    problems.report(
        node.place(),
        "expected a mapping with "
            + Arrays.stream(type.getRecordComponents())
                .map(c -> Names.snake(c.getName()))
                .collect(Collectors.joining(", "))
            + "; found "
            + ConfigText.describe(node));
    return null;
  }

  private @Nullable Object component(ConfigNode.Mapping mapping, RecordComponent component) {
    String key = Names.snake(component.getName());
    Shape shape = Shape.of(component, catalog);
    Optional<ConfigNode> given = mapping.get(key);
    if (given.isPresent()) {
      return value(given.get(), shape);
    }
    Default byDefault = component.getAnnotation(Default.class);
    if (byDefault != null) {
      return value(defaultNode(byDefault, mapping.place(), key), shape);
    }
    if (shape instanceof Shape.Maybe maybe) {
      return maybe.type().equals(OptionalInt.class) ? OptionalInt.empty() : Optional.empty();
    }
    problems.report(
        mapping.place(), "the key " + key + " is missing; it takes " + Scalars.expected(shape));
    return null;
  }

  private ConfigNode defaultNode(Default byDefault, Place place, String key) {
    Place at = place.child(key, place.line());
    return new YamlReader(Variables.none(), problems)
        .read(byDefault.value(), at)
        .orElse(new ConfigNode.Scalar("", true, at));
  }

  private @Nullable Object construct(
      Class<? extends Record> type,
      RecordComponent[] components,
      @Nullable Object[] arguments,
      Place place) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof TandemException || cause instanceof IllegalArgumentException) {
        problems.report(place, String.valueOf(cause.getMessage()));
        return null;
      }
      throw new IllegalStateException(type.getName() + " failed on its configuration", cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName() + " cannot be filled from configuration", e);
    }
  }
}
