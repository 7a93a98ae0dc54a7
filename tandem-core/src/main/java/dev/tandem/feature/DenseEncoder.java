package dev.tandem.feature;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A ready-made vector of {@code size} numbers; zeros when it is missing or of another length,
 * elements that are not finite are zeros.
 *
 * @param first first of the numbers in the layout
 * @param slots names of the numbers
 * @param moments one per element
 */
record DenseEncoder(
    int first,
    List<String> slots,
    InputColumn input,
    Optional<Split> separator,
    List<Moments> moments)
    implements Encoder {
  @Override
  public List<InputColumn> inputs() {
    return List.of(input);
  }

  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    int size = moments.size();
    int stride = into.layout().numbers().size();
    double[] vector = new double[size];
    long malformed = 0;
    for (int r = 0; r < rows; r++) {
      int length = columns.get(0).isNull(r) ? 0 : vector(columns.get(0), r, vector);
      malformed += length == size || columns.get(0).isNull(r) ? 0 : 1;
      for (int i = 0; i < size; i++) {
        boolean usable = length == size && Double.isFinite(vector[i]);
        into.numbers()[r * stride + first + i] =
            usable ? (float) moments.get(i).standardise(vector[i]) : 0;
      }
    }
    counts.countMalformed(input.name(), malformed);
  }

  /** Fills {@code vector} with the row's elements; how many the row has. */
  private int vector(Column column, int r, double[] vector) {
    if (column instanceof ListColumn lists) {
      RealColumn elements = (RealColumn) lists.elements;
      int from = lists.offsets[r];
      int length = lists.offsets[r + 1] - from;
      for (int i = 0; i < Math.min(length, vector.length); i++) {
        vector[i] = elements.isNull(from + i) ? Double.NaN : elements.values[from + i];
      }
      return length;
    }
    TextColumn texts = (TextColumn) column;
    int[] length = {0};
    separator
        .orElseThrow()
        .pieces(
            texts.bytes,
            texts.offsets[r],
            texts.offsets[r + 1],
            (bytes, from, to) -> {
              if (length[0] < vector.length) {
                vector[length[0]] =
                    parse(new String(bytes, from, to - from, StandardCharsets.UTF_8));
              }
              length[0]++;
            });
    return length[0];
  }

  private static double parse(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  @Override
  public List<InputColumn> observed() {
    return inputs();
  }

  @Override
  public void check(List<Column> columns, int rows, BadRow bad) {
    double[] vector = new double[moments.size()];
    for (int r = 0; r < rows; r++) {
      if (columns.get(0).isNull(r)) {
        continue;
      }
      int length = vector(columns.get(0), r, vector);
      if (length != vector.length) {
        bad.accept(
            r, "column " + input.name() + " has " + length + " numbers, not " + vector.length);
      } else if (!Arrays.stream(vector).allMatch(Double::isFinite)) {
        bad.accept(r, "column " + input.name() + " holds an element that is not a finite number");
      }
    }
  }

  @Override
  public void observe(List<Column> columns, int rows, BitSet skip, Statistics statistics) {
    double[] vector = new double[moments.size()];
    for (int r = 0; r < rows; r++) {
      if (!skip.get(r)
          && !columns.get(0).isNull(r)
          && vector(columns.get(0), r, vector) == vector.length) {
        for (int i = 0; i < vector.length; i++) {
          if (Double.isFinite(vector[i])) {
            statistics.sum(slots.get(i)).add(vector[i]);
          }
        }
      }
    }
  }
}
