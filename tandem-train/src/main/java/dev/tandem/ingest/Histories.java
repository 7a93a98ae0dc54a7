package dev.tandem.ingest;

import dev.tandem.feature.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The histories of one sequence in a memory-mapped Arrow file, each that occurs once. Safe for use
 * by several threads.
 */
final class Histories {
  private static final String DIRECTORY = "histories";
  private static final int PIECE = 4096; // histories in every record batch but the last

  /** Histories that a writer remembers over all sequences; see {@link RecentKeys} for the bytes. */
  private static final int REMEMBERED = 1 << 20;

  private final IntBuffer[][] offsets; // piece, column
  private final IntBuffer[][] ids;

  private Histories(List<ArrowFile.Body> bodies, int columns) {
    offsets = new IntBuffer[bodies.size()][columns];
    ids = new IntBuffer[bodies.size()][columns];
    for (int p = 0; p < bodies.size(); p++) {
      for (int c = 0; c < columns; c++) {
        offsets[p][c] = bodies.get(p).plain().asIntBuffer();
        ids[p][c] = bodies.get(p).plain().asIntBuffer();
      }
    }
  }

  /** The histories of every sequence in a directory of prepared data. */
  static List<Histories> open(Path prepared, EncodedFormat format) {
    List<Histories> all = new ArrayList<>();
    for (int s = 0; s < format.layout.sequences().size(); s++) {
      all.add(new Histories(ArrowFile.open(file(prepared, s)), format.stepColumns(s)));
    }
    return all;
  }

  private static Path file(Path prepared, int sequence) {
    return prepared.resolve(DIRECTORY).resolve(sequence + ".arrow");
  }

  /**
   * Copies a history's steps.
   *
   * @param into where step {@code k} of sequence {@code s} goes to {@code at + k}
   * @return how many steps
   */
  int read(long history, Batch into, int s, int at) {
    int piece = Math.toIntExact(history / PIECE);
    int local = (int) (history % PIECE);
    int start = offsets[piece][0].get(local);
    int size = offsets[piece][0].get(local + 1) - start;
    into.reserveSteps(s, at + size);
    for (int c = 0; c < ids[piece].length; c++) {
      ids[piece][c].get(start, into.sequenceIds(s, c), at, size);
    }
    return size;
  }

  /** Writes the histories of every sequence. Owned by one thread. */
  static final class Writer implements AutoCloseable {
    private final List<OfSequence> sequences = new ArrayList<>();

    Writer(Path prepared, EncodedFormat format) throws IOException {
      int count = format.layout.sequences().size();
      if (count > 0) {
        Files.createDirectory(prepared.resolve(DIRECTORY));
      }
      for (int s = 0; s < count; s++) {
        ArrowFileWriter out = new ArrowFileWriter(file(prepared, s), format.histories(s));
        sequences.add(new OfSequence(out, format.stepColumns(s), REMEMBERED / count));
      }
    }

    /** The number of a row's history, which is written when it is new. */
    long number(Batch batch, int sequence, int row) throws IOException {
      int[] offsets = batch.sequenceOffsets(sequence);
      int[][] ids = new int[sequences.get(sequence).ids.length][];
      for (int c = 0; c < ids.length; c++) {
        ids[c] = batch.sequenceIds(sequence, c);
      }
      return sequences.get(sequence).number(ids, offsets[row], offsets[row + 1]);
    }

    /** Writes what is left, and forces everything to disk. */
    void finish() throws IOException {
      for (OfSequence sequence : sequences) {
        sequence.flush();
        sequence.out.finish();
      }
    }

    @Override
    public void close() throws IOException {
      for (OfSequence sequence : sequences) {
        sequence.out.close();
      }
    }
  }

  /** Of one sequence: the histories of the next record batch, and what is remembered of others. */
  private static final class OfSequence {
    private final ArrowFileWriter out;
    private final RecentKeys known;
    private final int[] ends = new int[PIECE];
    private final int[][] ids;
    private int waiting;
    private long numbers;

    OfSequence(ArrowFileWriter out, int columns, int remembered) {
      this.out = out;
      this.known = new RecentKeys(remembered);
      this.ids = new int[columns][0];
    }

    /** Two histories are the same when 128 bits of their hash are. */
    long number(int[][] columns, int from, int to) throws IOException {
      long first = (long) to - from;
      long second = ~first;
      for (int[] column : columns) {
        for (int i = from; i < to; i++) {
          first = (first ^ column[i]) * 0x9E3779B97F4A7C15L;
          first ^= first >>> 29;
          second = (second ^ column[i]) * 0xC2B2AE3D27D4EB4FL;
          second ^= second >>> 32;
        }
      }
      long number = known.numberOf(first, second, numbers);
      if (number == numbers) {
        add(columns, from, to);
      }
      return number;
    }

    private void add(int[][] columns, int from, int to) throws IOException {
      if (waiting == PIECE) {
        flush();
      }
      int at = waiting == 0 ? 0 : ends[waiting - 1];
      int end = at + to - from;
      for (int c = 0; c < ids.length; c++) {
        if (ids[c].length < end) {
          ids[c] = Arrays.copyOf(ids[c], end + end / 2);
        }
        System.arraycopy(columns[c], from, ids[c], at, to - from);
      }
      ends[waiting++] = end;
      numbers++;
    }

    void flush() throws IOException {
      if (waiting == 0) {
        return;
      }
      out.begin(waiting);
      for (int[] column : ids) {
        ByteBuffer offsets = out.offsets().putInt(0);
        for (int i = 0; i < waiting; i++) {
          offsets.putInt(ends[i]);
        }
        int total = ends[waiting - 1];
        out.elements(total, 4).asIntBuffer().put(column, 0, total);
      }
      out.end();
      waiting = 0;
    }
  }
}
