package dev.tandem.source;

import dev.tandem.parquet.Column;
import dev.tandem.parquet.Columns;
import dev.tandem.parquet.ParquetWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Parquet files of one schema that are filled side by side, row by row. */
final class PartFiles implements AutoCloseable {
  private static final int BATCH = 16_384;

  /** Wide rows go on in smaller batches, of about so many bytes, looked at every so many rows. */
  private static final long BYTES = 1 << 20;

  private static final int LOOK = 64;
  private static final int CAPACITY = 1024;

  private final List<Column> schema;
  private final List<ParquetWriter> writers = new ArrayList<>();
  private final List<Columns> batches = new ArrayList<>();
  private final long[] rows;

  PartFiles(List<Column> schema, int rowGroup, List<Path> files) {
    this.schema = schema;
    this.rows = new long[files.size()];
    for (Path file : files) {
      writers.add(new ParquetWriter(file, schema, "*", rowGroup));
      batches.add(new Columns(schema, CAPACITY));
    }
  }

  /** Where the next row of a part is appended. */
  Columns at(int part) {
    return batches.get(part);
  }

  /** Notes that a row was appended to a part. */
  void added(int part) {
    rows[part]++;
    Columns batch = batches.get(part);
    boolean heavy = batch.rows() % LOOK == 0 && batch.bytes() > BYTES;
    if (batch.rows() == BATCH || heavy) {
      writers.get(part).write(batch);
      batches.set(part, new Columns(schema, CAPACITY));
    }
  }

  /** Rows of a part so far. */
  long rows(int part) {
    return rows[part];
  }

  void finish() {
    for (int part = 0; part < writers.size(); part++) {
      writers.get(part).write(batches.get(part));
      writers.get(part).finish();
    }
  }

  @Override
  public void close() {
    writers.forEach(ParquetWriter::close);
  }
}
