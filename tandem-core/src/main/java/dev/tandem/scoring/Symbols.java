package dev.tandem.scoring;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Shape;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The symbolic dimensions of a graph's inputs, in order: the batch {@code B}, the length of a
 * sequence {@code L.NAME}.
 *
 * @param names each once
 */
public record Symbols(List<String> names) {
  public Symbols {
    names = List.copyOf(names);
  }

  /** Those of a graph. */
  public static Symbols of(Graph graph) {
    Set<String> names = new LinkedHashSet<>();
    for (Input input : graph.inputs()) {
      for (Dim dim : input.shape().dims()) {
        dim.symbols().forEach(s -> names.add(s.contains("+") ? s.substring(0, s.indexOf('+')) : s));
      }
    }
    return new Symbols(List.copyOf(names));
  }

  /** Sizes by name, given in order. */
  public Map<String, Integer> named(int... sizes) {
    if (sizes.length != names.size()) {
      throw new IllegalArgumentException(sizes.length + " sizes for the symbols " + names);
    }
    Map<String, Integer> named = new HashMap<>();
    for (int i = 0; i < sizes.length; i++) {
      named.put(names.get(i), sizes[i]);
    }
    return named;
  }

  /** Numbers that a value of {@code shape} has for given sizes. */
  public int count(Shape shape, int... sizes) {
    return shape.count().resolve(named(sizes));
  }
}
