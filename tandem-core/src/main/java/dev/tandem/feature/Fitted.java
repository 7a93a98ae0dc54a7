package dev.tandem.feature;

import java.util.List;
import java.util.Map;

/**
 * Everything that was learned from the training part of the data before training began.
 *
 * @param types natural type of each column that a feature reads
 * @param moments mean and deviation per standardised slot (after the logarithm, where there is one)
 * @param edges ascending inner edges per quantile-bucketed slot: bucket i holds what is ≥ edge i−1
 *     and &lt; edge i
 * @param vocabularies per embedding table with a vocabulary
 * @param classes per multi-class task, the labels' texts in class order
 * @param labelMoments per regression task, mean and deviation of the observed labels
 */
public record Fitted(
    Map<String, ColumnType> types,
    Map<String, Moments> moments,
    Map<String, List<Double>> edges,
    Map<String, Vocabulary> vocabularies,
    Map<String, List<String>> classes,
    Map<String, Moments> labelMoments) {
  public Fitted {
    types = Map.copyOf(types);
    moments = Map.copyOf(moments);
    edges = Map.copyOf(edges);
    vocabularies = Map.copyOf(vocabularies);
    classes = Map.copyOf(classes);
    labelMoments = Map.copyOf(labelMoments);
  }
}
