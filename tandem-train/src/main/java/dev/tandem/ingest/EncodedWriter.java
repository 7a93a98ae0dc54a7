package dev.tandem.ingest;

import dev.tandem.feature.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Writes encoded batches, straight from their arrays, each as one record batch of {@link
 * EncodedFormat#rows}. Owned by one thread.
 */
final class EncodedWriter implements AutoCloseable {
  private final EncodedFormat format;
  private final Histories.Writer histories;
  private final ArrowFileWriter out;
  private int[] kept = {};
  private int rows;
  private long written;

  /**
   * A writer of one part.
   *
   * @param histories where the rows' histories go; shared with other parts, and not closed here
   */
  EncodedWriter(Path file, EncodedFormat format, Histories.Writer histories) throws IOException {
    this.format = format;
    this.histories = histories;
    this.out = new ArrowFileWriter(file, format.rows());
  }

  /** Rows written so far. */
  long rows() {
    return written;
  }

  /** Appends the batch's rows for which {@code skip} is not set. */
  void write(Batch batch, BitSet skip) throws IOException {
    keep(batch.rows(), skip);
    if (rows == 0) {
      return;
    }
    out.begin(rows);
    singles(batch);
    floats(batch.numbers(), format.layout.numbers().size());
    floats(batch.labels(), format.tasks.size());
    int tasks = format.tasks.size();
    ByteBuffer states = out.fixed(tasks, 1);
    for (int i = 0; i < rows; i++) {
      states.put(batch.states(), kept[i] * tasks, tasks);
    }
    ByteBuffer group = out.plain(4);
    for (int i = 0; i < rows; i++) {
      group.putInt(batch.groups()[kept[i]]);
    }
    ByteBuffer weight = out.plain(4);
    for (int i = 0; i < rows; i++) {
      weight.putFloat(batch.weights()[kept[i]]);
    }
    ByteBuffer row = out.plain(8);
    for (int i = 0; i < rows; i++) {
      row.putLong(batch.rowNumbers()[kept[i]]);
    }
    for (int f : format.multi) {
      ids(batch.offsets(f), batch.ids(f));
      if (format.layout.fields().get(f).weighted()) {
        ByteBuffer factors = list(batch.offsets(f));
        for (int i = 0; i < rows; i++) {
          for (int e = batch.offsets(f)[kept[i]]; e < batch.offsets(f)[kept[i] + 1]; e++) {
            factors.putFloat(batch.factors(f)[e]);
          }
        }
      }
    }
    sequences(batch);
    out.end();
    written += rows;
  }

  private void keep(int count, BitSet skip) {
    if (kept.length < count) {
      kept = new int[count];
    }
    rows = 0;
    for (int r = skip.nextClearBit(0); r < count; r = skip.nextClearBit(r + 1)) {
      kept[rows++] = r;
    }
  }

  private void singles(Batch batch) {
    if (format.single.length > 0) {
      int[][] columns = new int[format.single.length][];
      for (int j = 0; j < columns.length; j++) {
        columns[j] = batch.ids(format.single[j]);
      }
      ByteBuffer ids = out.fixed(columns.length, 4);
      for (int i = 0; i < rows; i++) {
        int r = kept[i];
        for (int[] column : columns) {
          ids.putInt(column[r]);
        }
      }
    }
    if (format.weighted.length > 0) {
      ByteBuffer factors = out.fixed(format.weighted.length, 4);
      for (int i = 0; i < rows; i++) {
        for (int f : format.weighted) {
          factors.putFloat(batch.factors(f)[kept[i]]);
        }
      }
    }
  }

  private void floats(float[] values, int width) {
    if (width > 0) {
      ByteBuffer to = out.fixed(width, 4);
      for (int i = 0; i < rows; i++) {
        int from = kept[i] * width;
        for (int j = 0; j < width; j++) {
          to.putFloat(values[from + j]);
        }
      }
    }
  }

  private void sequences(Batch batch) throws IOException {
    int sequences = format.layout.sequences().size();
    if (sequences == 0) {
      return;
    }
    ByteBuffer numbers = out.fixed(sequences, 8);
    for (int i = 0; i < rows; i++) {
      for (int s = 0; s < sequences; s++) {
        numbers.putLong(histories.number(batch, s, kept[i]));
      }
    }
    for (int s : format.aged) {
      ids(batch.sequenceOffsets(s), batch.sequenceIds(s, format.stepColumns(s)));
    }
  }

  private void ids(int[] offsets, int[] values) {
    ByteBuffer to = list(offsets);
    for (int i = 0; i < rows; i++) {
      for (int e = offsets[kept[i]]; e < offsets[kept[i] + 1]; e++) {
        to.putInt(values[e]);
      }
    }
  }

  /** Declares a list column of four-byte elements and writes its offsets; room for its elements. */
  private ByteBuffer list(int[] offsets) {
    int total = 0;
    ByteBuffer to = out.offsets().putInt(0);
    for (int i = 0; i < rows; i++) {
      total += offsets[kept[i] + 1] - offsets[kept[i]];
      to.putInt(total);
    }
    return out.elements(total, 4);
  }

  /** Writes the footer and forces everything to disk. */
  void finish() throws IOException {
    out.finish();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
