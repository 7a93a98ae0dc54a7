package dev.tandem.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Configuration as it was written: mappings, lists and scalars with their places. Immutable. Two
 * nodes are equal when they say the same, wherever they stand.
 */
public sealed interface ConfigNode {

  /** Where the node stands. */
  Place place();

  /**
   * Keys and values in the order in which they were written.
   *
   * @param entries values by key
   * @param place where it begins
   */
  record Mapping(Map<String, ConfigNode> entries, Place place) implements ConfigNode {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** The value of a key. */
    public Optional<ConfigNode> get(String key) {
      return Optional.ofNullable(entries.get(key));
    }

    /** This mapping without one of its keys. */
    public Mapping without(String key) {
      Map<String, ConfigNode> rest = new LinkedHashMap<>(entries);
      rest.remove(key);
      return new Mapping(rest, place);
    }

    /** This mapping with a value for a key, in the key's old place or at the end. */
    public Mapping with(String key, ConfigNode value) {
      Map<String, ConfigNode> changed = new LinkedHashMap<>(entries);
      changed.put(key, value);
      return new Mapping(changed, place);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Mapping mapping && entries.equals(mapping.entries);
    }

    @Override
    public int hashCode() {
      return entries.hashCode();
    }
  }

  /**
   * Elements in order.
   *
   * @param elements the elements
   * @param place where it begins
   */
  record Listing(List<ConfigNode> elements, Place place) implements ConfigNode {
    public Listing {
      elements = List.copyOf(elements);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Listing listing && elements.equals(listing.elements);
    }

    @Override
    public int hashCode() {
      return elements.hashCode();
    }
  }

  /**
   * A single value.
   *
   * @param text its text, without quotes
   * @param quoted whether it was written in quotes or as a block, and is text whatever it looks
   *     like
   * @param place where it stands
   */
  record Scalar(String text, boolean quoted, Place place) implements ConfigNode {
    /** Whether the scalar says that there is no value. */
    public boolean isNull() {
      return !quoted && (text.isEmpty() || text.equals("null") || text.equals("~"));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Scalar scalar && text.equals(scalar.text) && quoted == scalar.quoted;
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }
  }
}
