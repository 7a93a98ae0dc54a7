package dev.tandem.feature;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What encoding met that the fitted preprocessing does not know, by column. Not thread-safe; add up
 * with {@link #add}.
 */
public final class EncodingCounts {
  private long rows;
  private final Map<String, Long> unseen = new LinkedHashMap<>();
  private final Map<String, Long> malformed = new LinkedHashMap<>();
  private final Map<String, Example> examples = new LinkedHashMap<>();
  private final Map<String, Long> cut = new LinkedHashMap<>();
  private final Map<String, Long> sorted = new LinkedHashMap<>();
  private final TreeSet<String> missingColumns = new TreeSet<>();

  /**
   * A value that could not be read.
   *
   * @param row number of its row in the data, from 0
   * @param value as text
   */
  public record Example(long row, String value) {}

  /** Nothing counted yet. */
  public EncodingCounts() {}

  /** Rows encoded. */
  public long rows() {
    return rows;
  }

  /** Values that the vocabulary does not hold, per column. */
  public Map<String, Long> unseen() {
    return Map.copyOf(unseen);
  }

  /**
   * Values that could not be read as the column's type, or are not finite, per column; they count
   * as missing.
   */
  public Map<String, Long> malformed() {
    return Map.copyOf(malformed);
  }

  /** The first of the {@link #malformed} values of a column, where it is known. */
  public Map<String, Example> examples() {
    return Map.copyOf(examples);
  }

  /** Rows with more steps than are kept, per sequence; the most recent were kept. */
  public Map<String, Long> cut() {
    return Map.copyOf(cut);
  }

  /** Rows whose steps were not in the order that was declared and were sorted, per sequence. */
  public Map<String, Long> sorted() {
    return Map.copyOf(sorted);
  }

  /** Columns that the data do not have; all their values count as missing. */
  public Set<String> missingColumns() {
    return new TreeSet<>(missingColumns);
  }

  /** Adds what another has counted. */
  public void add(EncodingCounts other) {
    rows += other.rows;
    other.unseen.forEach((column, n) -> unseen.merge(column, n, Long::sum));
    other.malformed.forEach((column, n) -> malformed.merge(column, n, Long::sum));
    other.examples.forEach(this::example);
    other.cut.forEach((sequence, n) -> cut.merge(sequence, n, Long::sum));
    other.sorted.forEach((sequence, n) -> sorted.merge(sequence, n, Long::sum));
    missingColumns.addAll(other.missingColumns);
  }

  /** Counts a value that cannot be read as its column's type, or is not finite. */
  public void countMalformed(String column, long row, String value) {
    countMalformed(column, 1);
    example(column, new Example(row, value));
  }

  private void example(String column, Example example) {
    examples.merge(column, example, (a, b) -> a.row() <= b.row() ? a : b);
  }

  void countRows(long n) {
    rows += n;
  }

  void countUnseen(String column, long n) {
    if (n > 0) {
      unseen.merge(column, n, Long::sum);
    }
  }

  void countMalformed(String column, long n) {
    if (n > 0) {
      malformed.merge(column, n, Long::sum);
    }
  }

  void countSteps(String sequence, long rowsCut, long rowsSorted) {
    if (rowsCut > 0) {
      cut.merge(sequence, rowsCut, Long::sum);
    }
    if (rowsSorted > 0) {
      sorted.merge(sequence, rowsSorted, Long::sum);
    }
  }

  void countMissingColumn(String column) {
    missingColumns.add(column);
  }
}
