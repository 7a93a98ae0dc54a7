package dev.tandem.scoring;

import dev.tandem.archive.MappedRows;

/** Rows of an embedding table, wherever they lie. Thread-safe. */
public interface RowTable {
  /** Number of rows; row 0 is the missing or unknown id. */
  long rows();

  /** Floats per row. */
  int width();

  /** Copies row {@code row} to {@code into[at … at + width)}. */
  void copy(long row, float[] into, int at);

  /** The rows of a memory-mapped tensor. */
  static RowTable of(MappedRows mapped) {
    return new RowTable() {
      @Override
      public long rows() {
        return mapped.rows();
      }

      @Override
      public int width() {
        return mapped.width();
      }

      @Override
      public void copy(long row, float[] into, int at) {
        mapped.copy(row, into, at);
      }
    };
  }

  /** Rows of {@code width} floats in an array, which is not copied. */
  static RowTable of(float[] rows, int width) {
    return new RowTable() {
      @Override
      public long rows() {
        return rows.length / width;
      }

      @Override
      public int width() {
        return width;
      }

      @Override
      public void copy(long row, float[] into, int at) {
        System.arraycopy(rows, (int) (row * width), into, at, width);
      }
    };
  }
}
