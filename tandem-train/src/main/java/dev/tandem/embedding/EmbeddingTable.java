package dev.tandem.embedding;

import java.util.Arrays;

/**
 * A table of embedding rows with their optimiser state, in plain heap memory.
 *
 * <p>A row keeps its weights and its state side by side ({@code w | state}), so that an update
 * touches neighbouring cache lines. The floats live in segments of a power of two of rows, so that
 * a table may hold more than 2³¹ of them. Distinct rows may be read or updated by several threads
 * at once; the caller orders reads and updates of the same row.
 */
public final class EmbeddingTable {
  /**
   * First element of a large {@code float[]} that begins a cache line: the offset at which a
   * batch's array of values should begin.
   */
  public static final int ALIGNMENT = 12;

  private static final int SEGMENT_FLOATS = 1 << 27;
  // An array's elements begin 16 bytes into the object, and large objects begin on a region: from
  // element 12 on, rows of 64-byte multiples are aligned to cache lines.
  private static final int PAD = ALIGNMENT;
  private static final int WINDOW = 64;

  private final String name;
  private final int rows;
  private final int dim;
  private final int stride;
  private final int shift;
  private final int mask;
  private final float[][] segments;
  private final RowOptimizer optimizer;
  private volatile float touched; // keeps the reads ahead from being optimised away

  /** A table of zeros. */
  public EmbeddingTable(String name, int rows, int dim, RowOptimizer optimizer) {
    if (rows < 1 || dim < 1) {
      throw new IllegalArgumentException(
          "table " + name + " has " + rows + " rows of width " + dim + "; both must be at least 1");
    }
    this.name = name;
    this.rows = rows;
    this.dim = dim;
    this.optimizer = optimizer;
    this.stride = dim + optimizer.stateFloats(dim);
    this.shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, SEGMENT_FLOATS / stride));
    this.mask = (1 << shift) - 1;
    this.segments = new float[((rows - 1) >>> shift) + 1][];
    for (int s = 0; s < segments.length; s++) {
      int held = Math.min(1 << shift, rows - (s << shift));
      segments[s] = new float[PAD + held * stride];
    }
  }

  /** The table's name. */
  public String name() {
    return name;
  }

  /** Number of rows, row 0 included. */
  public int rows() {
    return rows;
  }

  /** Weights per row. */
  public int dim() {
    return dim;
  }

  /** Floats per row: weights, then optimiser state. */
  public int stride() {
    return stride;
  }

  /** The rule that updates it. */
  public RowOptimizer optimizer() {
    return optimizer;
  }

  /**
   * Sets the weights of rows {@code from … to − 1} to N(0, deviation²), a function of the seed, the
   * table's name, the row and the column alone; row 0 (missing or unknown) starts at zero. State
   * becomes what the optimiser starts from.
   */
  public void initialize(long seed, double deviation, int from, int to) {
    CounterRandom random = CounterRandom.of(seed, "table." + name);
    for (int row = from; row < to; row++) {
      float[] segment = segment(row);
      int base = base(row);
      Arrays.fill(segment, base, base + dim, 0f);
      Arrays.fill(segment, base + dim, base + stride, optimizer.initialState());
      for (int c = 0; c < dim && row > 0; c++) {
        segment[base + c] = (float) (deviation * random.normal((long) row * dim + c));
      }
    }
  }

  /**
   * Writes the rows that batch rows {@code from … to − 1} look up to their locations; if the
   * lookups {@linkplain Lookups#adds add}, adds them to what stands there.
   */
  public void gather(Lookups lookups, int from, int to, float[] values) {
    for (int g = 0; g < lookups.groups(); g++) {
      int first = lookups.from(g, from);
      int last = lookups.from(g, to);
      if (lookups.adds()) {
        addScaled(lookups, first, last, values);
      } else {
        copy(lookups, first, last, values);
      }
    }
  }

  private void copy(Lookups lookups, int first, int last, float[] values) {
    int[] ids = lookups.ids;
    int[] locations = lookups.locations;
    float sum = 0;
    for (int i = first; i < last; i += WINDOW) {
      int end = Math.min(i + WINDOW, last);
      for (int k = i; k < end; k++) { // independent loads: the cache misses overlap
        int base = base(ids[k]);
        sum += segment(ids[k])[base] + segment(ids[k])[base + dim - 1];
      }
      for (int k = i; k < end; k++) {
        System.arraycopy(segment(ids[k]), base(ids[k]), values, locations[k], dim);
      }
    }
    touched = sum;
  }

  private void addScaled(Lookups lookups, int first, int last, float[] values) {
    for (int i = first; i < last; i++) {
      float[] segment = segment(lookups.ids[i]);
      int base = base(lookups.ids[i]);
      int at = lookups.locations[i];
      float scale = lookups.scales[i];
      for (int c = 0; c < dim; c++) {
        values[at + c] += scale * segment[base + c];
      }
    }
  }

  /** Copies the weights of rows {@code from …} into an array, row after row. */
  public void weights(int from, int count, float[] into) {
    for (int r = 0; r < count; r++) {
      System.arraycopy(segment(from + r), base(from + r), into, r * dim, dim);
    }
  }

  /**
   * Replaces the weights of rows {@code from …}, leaving their state: the inverse of {@link
   * #weights}.
   */
  public void setWeights(int from, int count, float[] values) {
    for (int r = 0; r < count; r++) {
      System.arraycopy(values, r * dim, segment(from + r), base(from + r), dim);
    }
  }

  /** Copies whole rows, weights and state: {@code count · stride()} floats. */
  public void read(int from, int count, float[] into) {
    for (int r = 0; r < count; r++) {
      System.arraycopy(segment(from + r), base(from + r), into, r * stride, stride);
    }
  }

  /** Replaces whole rows, weights and state: the inverse of {@link #read}. */
  public void write(int from, int count, float[] rowFloats) {
    for (int r = 0; r < count; r++) {
      System.arraycopy(rowFloats, r * stride, segment(from + r), base(from + r), stride);
    }
  }

  /** Whether a read ahead met a number; of no meaning but to keep the reads. */
  boolean touched() {
    return !Float.isNaN(touched);
  }

  float[] segment(int row) {
    return segments[row >>> shift];
  }

  int base(int row) {
    return PAD + (row & mask) * stride;
  }
}
