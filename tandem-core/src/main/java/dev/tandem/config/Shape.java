package dev.tandem.config;

import dev.tandem.schema.Discriminator;
import dev.tandem.schema.Range;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a record component takes in a configuration: the one reading of Java types that all of this
 * room shares.
 */
sealed interface Shape {

  /** Any text. */
  record Text() implements Shape {}

  /** True or false. */
  record Flag() implements Shape {}

  /** A whole number that fits {@code type} (int or long) and lies in the range. */
  record Whole(Class<?> type, double min, double max) implements Shape {}

  /** A number within the range. */
  record Real(double min, double max) implements Shape {}

  /** One constant of an enum, by its lower-case name. */
  record Choice(Class<? extends Enum<?>> type) implements Shape {
    List<String> names() {
      return List.of(type.getEnumConstants()).stream().map(c -> Names.snake(c.name())).toList();
    }
  }

  /** A value that may be absent; {@code type} is Optional or OptionalInt. */
  record Maybe(Shape value, Class<?> type) implements Shape {}

  /** A list. */
  record Many(Shape element) implements Shape {}

  /** Values by name. */
  record Named(Shape value) implements Shape {}

  /** The settings of a record. */
  record Group(Class<? extends Record> type) implements Shape {}

  /** One of several records, told apart by a key. */
  record OneOf(String title, String key, Map<String, Class<? extends Record>> members)
      implements Shape {}

  /** A component whose options are kept as written. */
  record Chosen(String kind) implements Shape {}

  /** Anything, kept as written. */
  record Written() implements Shape {}

  /** What a component of a record takes. */
  static Shape of(RecordComponent component, Catalog catalog) {
    Kind kind = component.getAnnotation(Kind.class);
    if (kind != null) {
      Shape chosen = new Chosen(kind.value());
      return component.getType().equals(Optional.class)
          ? new Maybe(chosen, Optional.class)
          : chosen;
    }
    return of(component.getGenericType(), component.getAnnotation(Range.class), catalog);
  }

  private static Shape of(Type type, @Nullable Range range, Catalog catalog) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      Shape inner = of(arguments[arguments.length - 1], range, catalog);
      if (generic.getRawType().equals(Optional.class)) {
        return new Maybe(inner, Optional.class);
      } else if (generic.getRawType().equals(List.class)) {
        return new Many(inner);
      } else if (generic.getRawType().equals(Map.class) && arguments[0].equals(String.class)) {
        return new Named(inner);
      }
    } else if (type instanceof Class<?> plain) {
      return ofClass(plain, range, catalog);
    }
    throw new IllegalArgumentException(
        "A configuration record cannot hold a " + type.getTypeName());
  }

  private static Shape ofClass(Class<?> type, @Nullable Range range, Catalog catalog) {
    double min = range == null ? Double.NEGATIVE_INFINITY : range.min();
    double max = range == null ? Double.POSITIVE_INFINITY : range.max();
    if (type.equals(ConfigNode.class)) {
      return new Written();
    } else if (type.equals(String.class)) {
      return new Text();
    } else if (type.equals(boolean.class) || type.equals(Boolean.class)) {
      return new Flag();
    } else if (type.equals(int.class) || type.equals(Integer.class)) {
      return new Whole(int.class, min, max);
    } else if (type.equals(OptionalInt.class)) {
      return new Maybe(new Whole(int.class, min, max), OptionalInt.class);
    } else if (type.equals(long.class) || type.equals(Long.class)) {
      return new Whole(long.class, min, max);
    } else if (type.equals(double.class) || type.equals(Double.class)) {
      return new Real(min, max);
    } else if (type.isEnum()) {
      return new Choice(enumType(type));
    } else if (type.isRecord()) {
      return new Group(type.asSubclass(Record.class));
    } else if (catalog.implementing(type).isPresent()) {
      return new OneOf(
          Names.snake(type.getSimpleName()), key(type), catalog.implementing(type).get().types());
    } else if (type.isSealed()) {
      return new OneOf(Names.snake(type.getSimpleName()), key(type), members(type));
    }
    throw new IllegalArgumentException(
        "A configuration record cannot hold a "
            + type.getName()
            + "; it is neither a record nor a sealed or catalogued"
            + " interface");
  }

  @SuppressWarnings("unchecked") // isEnum was asked before
  private static Class<? extends Enum<?>> enumType(Class<?> type) {
    return (Class<? extends Enum<?>>) type;
  }

  private static String key(Class<?> type) {
    Discriminator named = type.getAnnotation(Discriminator.class);
    return named == null ? "type" : named.value();
  }

  /**
   * The key that tells the members of the sealed set apart in which a record is, with the record's
   * name.
   */
  static Optional<Map.Entry<String, String>> membership(Class<?> record, Catalog catalog) {
    for (Class<?> face : record.getInterfaces()) {
      if (face.isSealed()) {
        return Optional.of(Map.entry(key(face), Names.member(record, face)));
      }
      Optional<Catalog.Members> members = catalog.implementing(face);
      if (members.isPresent()) {
        for (Map.Entry<String, Class<? extends Record>> entry : members.get().types().entrySet()) {
          if (entry.getValue().equals(record)) {
            return Optional.of(Map.entry(key(face), entry.getKey()));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Map<String, Class<? extends Record>> members(Class<?> sealed) {
    Map<String, Class<? extends Record>> members = new LinkedHashMap<>();
    for (Class<?> member : sealed.getPermittedSubclasses()) {
      if (member.isRecord()) {
        members.put(Names.member(member, sealed), member.asSubclass(Record.class));
      } else {
        members.putAll(members(member));
      }
    }
    return members;
  }
}
