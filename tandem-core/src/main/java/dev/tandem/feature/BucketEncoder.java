package dev.tandem.feature;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** One id per row: 1 plus the number of edges that the number reaches; 0 for a missing number. */
final class BucketEncoder implements Encoder {
  private final int field;
  private final String slot;
  private final InputColumn input;
  private final double[] edges;

  BucketEncoder(int field, String slot, InputColumn input, List<Double> edges) {
    this.field = field;
    this.slot = slot;
    this.input = input;
    // Padded to a power of two with edges that no number reaches.
    this.edges = new double[Integer.highestOneBit(Math.max(1, edges.size())) * 2];
    Arrays.fill(this.edges, Double.POSITIVE_INFINITY);
    for (int i = 0; i < edges.size(); i++) {
      this.edges[i] = edges.get(i);
    }
  }

  @Override
  public List<InputColumn> inputs() {
    return List.of(input);
  }

  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    RealColumn column = (RealColumn) columns.get(0);
    int[] ids = into.ids(field);
    for (int r = 0; r < rows; r++) {
      ids[r] = Numbers.missing(column, r) ? 0 : 1 + reached(column.values[r]);
    }
  }

  /**
   * How many edges are at most {@code value}; without branches that depend on the value, which no
   * processor could foresee.
   */
  private int reached(double value) {
    int reached = 0;
    for (int step = edges.length / 2; step > 0; step /= 2) {
      reached += edges[reached + step - 1] <= value ? step : 0;
    }
    return reached;
  }

  @Override
  public boolean observes() {
    return true;
  }

  @Override
  public void check(List<Column> columns, int rows, BadRow bad) {
    Numbers.check(input, columns.get(0), rows, bad);
  }

  @Override
  public void observe(List<Column> columns, int rows, BitSet skip, Statistics statistics) {
    RealColumn column = (RealColumn) columns.get(0);
    Sample sample = statistics.sample(slot);
    for (int r = 0; r < rows; r++) {
      if (!skip.get(r) && !Numbers.missing(column, r)) {
        sample.add(column.values[r]);
      }
    }
  }
}
