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
  private final TreeSet<String> missingColumns = new TreeSet<>();

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

  /** Columns that the data do not have; all their values count as missing. */
  public Set<String> missingColumns() {
    return new TreeSet<>(missingColumns);
  }

  /** Adds what another has counted. */
  public void add(EncodingCounts other) {
    rows += other.rows;
    other.unseen.forEach((column, n) -> unseen.merge(column, n, Long::sum));
    other.malformed.forEach((column, n) -> malformed.merge(column, n, Long::sum));
    missingColumns.addAll(other.missingColumns);
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

  void countMissingColumn(String column) {
    missingColumns.add(column);
  }
}
