package dev.tandem.feature;

import java.util.Arrays;
import java.util.List;

/** One id per row: 1 plus the number of edges that the number reaches; 0 for a missing number. */
final class BucketEncoder implements Encoder {
  private final int field;
  private final InputColumn input;
  private final double[] edges;

  BucketEncoder(int field, InputColumn input, List<Double> edges) {
    this.field = field;
    this.input = input;
    this.edges = edges.stream().mapToDouble(Double::doubleValue).toArray();
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

  private int reached(double value) {
    int at = Arrays.binarySearch(edges, value == 0 ? 0.0 : value);
    return at >= 0 ? at + 1 : -at - 1;
  }

  @Override
  public boolean observes() {
    return true;
  }

  @Override
  public void check(List<Column> columns, int rows, BadRow bad) {
    Numbers.check(input, columns.get(0), rows, bad);
  }
}
