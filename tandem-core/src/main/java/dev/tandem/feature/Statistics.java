package dev.tandem.feature;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one pass over a part's rows learns of its numbers and labels. Sums are taken in the order of
 * the rows, so that the result does not depend on threads. Not thread-safe.
 */
public final class Statistics {
  private final Map<String, Sum> sums = new LinkedHashMap<>();
  private final Map<String, TreeMap<Long, Long>> buckets = new LinkedHashMap<>();
  private final Map<String, Sample> samples = new LinkedHashMap<>();
  private final Map<String, Labels> labels = new LinkedHashMap<>();

  /** Nothing seen yet. */
  public Statistics() {}

  /** Mean and deviation of a slot's values; those of no values are {@link Moments#IDENTITY}. */
  public Moments moments(String slot) {
    Sum sum = sums.get(slot);
    return sum == null ? Moments.IDENTITY : sum.moments();
  }

  /** Slots with moments. */
  public List<String> slots() {
    return List.copyOf(sums.keySet());
  }

  /** Counts of the squared-logarithm buckets of a table, by bucket. */
  public Map<Long, Long> buckets(String table) {
    return new TreeMap<>(buckets.getOrDefault(table, new TreeMap<>()));
  }

  /** Tables with bucket counts. */
  public List<String> bucketTables() {
    return List.copyOf(buckets.keySet());
  }

  /**
   * Distinct quantiles of a slot's values that divide them into {@code count} intervals or fewer,
   * without the smallest value; of an even sample when there are more than 2^18 values.
   */
  public List<Double> edges(String slot, int count) {
    Sample sample = samples.get(slot);
    return sample == null ? List.of() : sample.edges(count);
  }

  /**
   * Edges that divide a slot's positive values into at most {@code count} buckets of equal width in
   * the logarithm, from their first to their last percentile; of an even sample when there are more
   * than 2^18 values.
   */
  public List<Double> logarithmicEdges(String slot, int count) {
    Sample sample = samples.get(slot);
    return sample == null ? List.of() : sample.logarithmicEdges(count);
  }

  /** What was seen of a task's labels. */
  public Labels labels(String task) {
    return labels.computeIfAbsent(task, t -> new Labels());
  }

  Sample sample(String slot) {
    return samples.computeIfAbsent(slot, s -> new Sample());
  }

  Sum sum(String slot) {
    return sums.computeIfAbsent(slot, s -> new Sum());
  }

  Map<Long, Long> bucketCounts(String table) {
    return buckets.computeIfAbsent(table, t -> new TreeMap<>());
  }

  /** Mean and sum of squared deviations, merged block by block (Chan, Golub and LeVeque 1983). */
  static final class Sum {
    private double[] block = new double[1024];
    private int size;
    private long count;
    private double mean;
    private double squares;

    void add(double value) {
      if (size == block.length) {
        merge();
      }
      block[size++] = value;
    }

    private void merge() {
      if (size == 0) {
        return;
      }
      double sum = 0;
      for (int i = 0; i < size; i++) {
        sum += block[i];
      }
      double blockMean = sum / size;
      double blockSquares = 0;
      for (int i = 0; i < size; i++) {
        double d = block[i] - blockMean;
        blockSquares += d * d;
      }
      double total = (double) count + size;
      double delta = blockMean - mean;
      squares += blockSquares + delta * delta * count / total * size;
      mean += delta * size / total;
      count += size;
      size = 0;
    }

    Moments moments() {
      merge();
      double sd = count == 0 ? 0 : Math.sqrt(squares / count);
      boolean constant = sd <= Math.abs(mean) * 1e-12;
      return new Moments(mean, constant ? 1 : sd);
    }
  }

  /** What was seen of one task's labels. */
  public static final class Labels {
    private static final int DISTINCT = 1000;

    private long observed;
    private long missing;
    private long outside;
    private long positives;
    private long invalid;
    private long contradictions;
    private long unpreceded;
    private final TreeMap<String, Long> values = new TreeMap<>();
    private final Sum sum = new Sum();

    private Labels() {}

    /** Rows whose label is observed. */
    public long observed() {
      return observed;
    }

    /** Rows in the sample space, or not known to be outside, without a label. */
    public long missing() {
      return missing;
    }

    /** Rows outside the sample space. */
    public long outside() {
      return outside;
    }

    /** Observed labels that are 1. */
    public long positives() {
      return positives;
    }

    /** Labels that are none of the task's kind: neither 0 nor 1, or not finite. */
    public long invalid() {
      return invalid;
    }

    /** Binary labels that are 1 although the row lies outside the task's sample space. */
    public long contradictions() {
      return contradictions;
    }

    /** Binary labels that are 1 although the binary task before is observed as 0. */
    public long unpreceded() {
      return unpreceded;
    }

    /**
     * Counts of invalid values, or of the classes of a multi-class task; at most 1,000 distinct
     * ones.
     */
    public Map<String, Long> values() {
      return new TreeMap<>(values);
    }

    /** Mean and deviation of the observed values. */
    public Moments moments() {
      return sum.moments();
    }

    void count(LabelState state, double value) {
      switch (state) {
        case OBSERVED -> {
          observed++;
          positives += value == 1 ? 1 : 0;
          sum.add(value);
        }
        case MISSING -> missing++;
        case OUTSIDE -> outside++;
      }
    }

    void countContradiction() {
      contradictions++;
    }

    void countUnpreceded() {
      unpreceded++;
    }

    void countInvalid(double value) {
      invalid++;
      countValue(
          value == Math.rint(value) && Math.abs(value) < 1e15
              ? Long.toString((long) value)
              : Double.toString(value));
    }

    void countValue(String value) {
      if (values.size() < DISTINCT || values.containsKey(value)) {
        values.merge(value, 1L, Long::sum);
      }
    }
  }
}
