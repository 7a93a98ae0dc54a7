package dev.tandem.inspect;

import dev.tandem.feature.Batch;
import dev.tandem.schema.Task;
import dev.tandem.train.StoredModel;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All gates of a model over the rows of one pass, and within segments. Owned by one thread. */
public final class GateMeters {
  private static final int SEGMENTS = 20;

  /** The segment of rows without a value. */
  public static final String MISSING = "(missing)";

  private final List<Task> tasks;
  private final List<String> parameters;
  private final List<String> segments; // value of every row; empty for no segments
  private final Meters all = new Meters();
  private final Map<String, Meters> bySegment = new LinkedHashMap<>();
  private final int values;

  /** The meters of one set of rows, by probe. */
  private final class Meters {
    final Map<String, Optional<GateMeter>> meters = new LinkedHashMap<>();
    long rows;

    void add(String probe, float[] weights, int row, int experts) {
      meters
          .computeIfAbsent(probe, p -> GateMeter.of(p, tasks, parameters))
          .ifPresent(m -> m.add(weights, row, experts));
    }

    List<GateUse> uses() {
      return meters.values().stream().flatMap(Optional::stream).map(GateMeter::use).toList();
    }
  }

  /**
   * Nothing seen yet.
   *
   * @param segments of every row by its number, the value of the column that segments are made by;
   *     the twenty most frequent ones count. Empty for none
   */
  public GateMeters(StoredModel model, List<String> segments) {
    this.tasks = model.preprocessor().tasks();
    this.parameters = List.copyOf(model.model().parameters().keySet());
    this.segments = List.copyOf(segments);
    Map<String, Long> sizes = new HashMap<>();
    segments.forEach(s -> sizes.merge(s, 1L, Long::sum));
    this.values = sizes.size();
    sizes.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Collections.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
        .limit(SEGMENTS)
        .forEach(e -> bySegment.put(e.getKey(), new Meters()));
  }

  /** Whether a probe holds a gate's weights. */
  public static boolean isGate(String probe) {
    return GateMeter.isGate(probe);
  }

  /** Adds a block's rows; {@code probes} holds [rows · experts] weights per gate. */
  public void add(Batch block, Map<String, float[]> probes) {
    for (int r = 0; r < block.rows(); r++) {
      all.rows++;
      Optional<Meters> own = segment(block.rowNumbers()[r]);
      own.ifPresent(m -> m.rows++);
      for (Map.Entry<String, float[]> probe : probes.entrySet()) {
        int experts = probe.getValue().length / block.rows();
        int row = r;
        all.add(probe.getKey(), probe.getValue(), row, experts);
        own.ifPresent(m -> m.add(probe.getKey(), probe.getValue(), row, experts));
      }
    }
  }

  private Optional<Meters> segment(long row) {
    return segments.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(bySegment.get(segments.get(Math.toIntExact(row))));
  }

  /** Rows seen. */
  public long rows() {
    return all.rows;
  }

  /** Every gate over all rows, in the order of the network. */
  public List<GateUse> gates() {
    return all.uses();
  }

  /** The same within every segment, by falling number of rows. */
  public List<Segment> segments() {
    return bySegment.entrySet().stream()
        .map(e -> new Segment(e.getKey(), e.getValue().rows, e.getValue().uses()))
        .toList();
  }

  /** Different values of the column that segments are made by, those without a segment too. */
  public int values() {
    return values;
  }

  /** The gates over the rows of one segment. */
  public record Segment(String segment, long rows, List<GateUse> gates) {
    public Segment {
      gates = List.copyOf(gates);
    }
  }
}
