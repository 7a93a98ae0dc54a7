package dev.tandem.schema;

import java.util.Optional;

/** One way in which a number enters the model; a numeric feature may use several at once. */
public sealed interface NumericEncoding {

  /** What the encoding adds to the feature's name to name its field, number or table. */
  String suffix();

  /** The embedding table that the encoding reads; empty when the number enters as it is. */
  Optional<Table> table();

  /**
   * The number minus the training mean, divided by the training standard deviation; a missing
   * number is 0.
   *
   * @param clip the result is kept within plus and minus this many standard deviations
   */
  record Standardise(double clip) implements NumericEncoding {
    @Override
    public String suffix() {
      return "standardised";
    }

    @Override
    public Optional<Table> table() {
      return Optional.empty();
    }
  }

  /**
   * {@code sign(v) * ln(1 + |v|)}, then standardised; a missing number is 0. For amounts and counts
   * with a long tail.
   *
   * @param clip the result is kept within plus and minus this many standard deviations
   */
  record Log(double clip) implements NumericEncoding {
    @Override
    public String suffix() {
      return "log";
    }

    @Override
    public Optional<Table> table() {
      return Optional.empty();
    }
  }

  /**
   * An embedding of {@code floor((ln v)^2)} for {@code v > 2} and of the integer part of {@code v}
   * otherwise, each distinct result being one value of the vocabulary: the rule of the Criteo
   * challenge's winners.
   */
  record Log2Buckets(Table buckets) implements NumericEncoding {
    @Override
    public String suffix() {
      return "log2";
    }

    @Override
    public Optional<Table> table() {
      return Optional.of(buckets);
    }
  }

  /**
   * An embedding of the interval between two quantiles of the training part that holds the number.
   *
   * @param count the largest number of intervals; repeated quantiles are merged
   * @param buckets table of {@code count + 1} rows or fewer, row 0 for a missing number
   */
  record QuantileBuckets(int count, Table buckets) implements NumericEncoding {
    @Override
    public String suffix() {
      return "bucket";
    }

    @Override
    public Optional<Table> table() {
      return Optional.of(buckets);
    }
  }

  /**
   * One learned vector (row 1 of a table of two rows) times the standardised number; a missing
   * number is row 0.
   */
  record Scaled(Table vector) implements NumericEncoding {
    @Override
    public String suffix() {
      return "scaled";
    }

    @Override
    public Optional<Table> table() {
      return Optional.of(vector);
    }
  }
}
