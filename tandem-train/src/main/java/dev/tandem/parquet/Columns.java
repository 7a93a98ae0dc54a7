package dev.tandem.parquet;

import java.util.List;

/**
 * A batch of rows as columns. Each row appends exactly one value to each column's buffer. Once
 * handed to a {@link ParquetWriter} it must not be changed.
 */
public final class Columns {
  private final List<Column> schema;
  private final List<ColumnBuffer> buffers;

  /** An empty batch with memory for {@code capacity} rows; it grows when needed. */
  public Columns(List<Column> schema, int capacity) {
    this.schema = List.copyOf(schema);
    this.buffers = schema.stream().map(c -> new ColumnBuffer(c.type(), capacity)).toList();
  }

  public List<Column> schema() {
    return schema;
  }

  /** The buffer of column {@code index}, for appending. */
  public ColumnBuffer at(int index) {
    return buffers.get(index);
  }

  /** Number of rows, which is that of the first column. */
  public int rows() {
    return buffers.get(0).rows();
  }

  /** Bytes of the values held. */
  public long bytes() {
    return buffers.stream().mapToLong(ColumnBuffer::bytes).sum();
  }
}
