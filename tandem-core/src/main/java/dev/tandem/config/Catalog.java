package dev.tandem.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The components that a configuration may name: per kind ({@code body}, {@code head}, …) the record
 * behind each type name. Immutable.
 *
 * @param kinds members by kind
 */
public record Catalog(Map<String, Members> kinds) {

  /**
   * The components of one kind.
   *
   * @param contract the interface that they implement; a record component of that type takes any of
   *     them
   * @param types record by snake-case name, in alphabetical order
   */
  public record Members(Class<?> contract, Map<String, Class<? extends Record>> types) {
    public Members {
      types = Collections.unmodifiableMap(new TreeMap<>(types));
    }
  }

  public Catalog {
    kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
  }

  /** A catalog that knows nothing: components are then read, but their options are not checked. */
  public static Catalog empty() {
    return new Catalog(Map.of());
  }

  /** This catalog with one more kind. */
  public Catalog with(String kind, Class<?> contract, Map<String, Class<? extends Record>> types) {
    Map<String, Members> more = new LinkedHashMap<>(kinds);
    more.put(kind, new Members(contract, types));
    return new Catalog(more);
  }

  /** The record types of a kind, by name; empty when the kind is unknown. */
  public Map<String, Class<? extends Record>> types(String kind) {
    Members members = kinds.get(kind);
    return members == null ? Map.of() : members.types();
  }

  /** The kind whose members implement {@code contract}. */
  Optional<Members> implementing(Class<?> contract) {
    return kinds.values().stream()
        .filter(members -> members.contract().equals(contract))
        .findFirst();
  }
}
