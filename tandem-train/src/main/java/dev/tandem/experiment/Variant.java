package dev.tandem.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What distinguishes a model or a data set of an experiment from its base.
 *
 * @param name unique among its like
 * @param alone whether each task is trained by itself, with embeddings of its own
 * @param base the run configuration that a data set begins with, in place of the experiment's
 * @param settings overrides of the base, each {@code path=value}
 */
public record Variant(String name, boolean alone, Optional<String> base, List<String> settings) {
  public Variant {
    settings = List.copyOf(settings);
  }

  /** No variation. */
  static Variant none(String name) {
    return new Variant(name, false, Optional.empty(), List.of());
  }

  /** Both variations at once, the other's after this one's; names joined unless one is empty. */
  Variant with(Variant other) {
    List<String> both = new ArrayList<>(settings);
    both.addAll(other.settings);
    String joined =
        name.isEmpty() || other.name.isEmpty() ? name + other.name : name + " + " + other.name;
    return new Variant(joined, alone || other.alone, base.or(other::base), both);
  }
}
