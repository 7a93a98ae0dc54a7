package dev.tandem.ingest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts of one part.
 *
 * @param rows encoded rows
 * @param labels per task, in their order
 * @param unseen values that the training vocabulary does not hold, per column
 * @param cut rows with more steps than are kept, per sequence; the most recent were kept
 * @param sorted rows whose steps had to be sorted by time, per sequence
 */
public record PartSummary(
    long rows,
    Map<String, LabelCounts> labels,
    Map<String, Long> unseen,
    Map<String, Long> cut,
    Map<String, Long> sorted) {
  public PartSummary {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    unseen = Map.copyOf(unseen);
    cut = Map.copyOf(cut);
    sorted = Map.copyOf(sorted);
  }

  /** What a reader should know of the part's sequences. */
  List<String> notes(String part) {
    List<String> notes = new ArrayList<>();
    new TreeMap<>(cut)
        .forEach(
            (sequence, n) ->
                notes.add(
                    "sequence %s: %d of %d %s rows have more steps than max; the most recent were kept"
                        .formatted(sequence, n, rows, part)));
    new TreeMap<>(sorted)
        .forEach(
            (sequence, n) ->
                notes.add(
                    "sequence %s: the steps of %d of %d %s rows were not in order and were sorted by time"
                        .formatted(sequence, n, rows, part)));
    return notes;
  }

  /**
   * Counts of a task's labels.
   *
   * @throws IllegalArgumentException when there is no such task
   */
  public LabelCounts labels(String task) {
    LabelCounts counts = labels.get(task);
    if (counts == null) {
      throw new IllegalArgumentException("no task " + task + " among " + labels.keySet());
    }
    return counts;
  }

  /**
   * Counts of one task's labels.
   *
   * @param observed rows with a label
   * @param positives those of them whose label is 1; none for other kinds of tasks than binary
   * @param missing rows without a label
   * @param outside rows outside the task's sample space
   * @param unpreceded positives of a binary task that are negative for the binary task before it
   */
  public record LabelCounts(
      long observed, long positives, long missing, long outside, long unpreceded) {}
}
