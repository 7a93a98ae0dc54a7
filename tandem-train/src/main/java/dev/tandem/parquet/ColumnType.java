package dev.tandem.parquet;

/** What the values of a {@link Column} are. Every type but the lists may hold nulls. */
public enum ColumnType {
  INT8(1),
  INT32(4),
  INT64(8),
  FLOAT32(4),
  /** Milliseconds since 1970-01-01T00:00Z. */
  TIMESTAMP(8),
  /** UTF-8. */
  TEXT(1),
  INT32_LIST(4),
  INT64_LIST(8),
  FLOAT32_LIST(4);

  private final int width;

  ColumnType(int width) {
    this.width = width;
  }

  /** Bytes of one value, of one byte of a text, or of one element of a list. */
  int width() {
    return width;
  }

  boolean isList() {
    return this == INT32_LIST || this == INT64_LIST || this == FLOAT32_LIST;
  }

  /** Whether a row's share of the data buffer is found by offsets rather than by the row number. */
  boolean isRagged() {
    return isList() || this == TEXT;
  }
}
