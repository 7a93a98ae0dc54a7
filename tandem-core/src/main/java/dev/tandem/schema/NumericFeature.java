package dev.tandem.schema;

import java.util.List;

/**
 * A number, encoded in one or more ways. A null is a missing value. Rows with NaN or an infinity
 * are set aside when data are prepared; where rows are scored, such a number counts as missing and
 * is counted.
 *
 * @param name unique name
 * @param column source column
 * @param encodings how it enters the model; at least one, each kind at most once
 * @param side whom it describes
 */
public record NumericFeature(String name, String column, List<NumericEncoding> encodings, Side side)
    implements Feature {
  public NumericFeature {
    encodings = List.copyOf(encodings);
  }

  /** Name of the field or number that an encoding of this feature becomes: {@code age.bucket}. */
  public String slot(NumericEncoding encoding) {
    return name + "." + encoding.suffix();
  }

  @Override
  public List<String> columns() {
    return List.of(column);
  }

  @Override
  public List<Table> tables() {
    return encodings.stream().flatMap(e -> e.table().stream()).toList();
  }
}
