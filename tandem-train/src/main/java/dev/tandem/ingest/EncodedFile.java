package dev.tandem.ingest;

import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.schema.InputLayout;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Encoded rows in a memory-mapped Arrow file. Safe for use by several threads; the mapping lives
 * until the object is collected.
 */
final class EncodedFile implements EncodedData {
  private static final int ROWS =
      64; // read at a time, so that the rows stay in the first-level cache

  private final EncodedFormat format;
  private final Histories[] histories;
  private final List<FittedTable> tables;
  private final Piece[] pieces;
  private final long[] starts; // [pieces + 1]

  private EncodedFile(
      EncodedFormat format,
      List<Histories> histories,
      List<FittedTable> tables,
      List<Piece> pieces) {
    this.format = format;
    this.histories = histories.toArray(Histories[]::new);
    this.tables = List.copyOf(tables);
    this.pieces = pieces.toArray(Piece[]::new);
    this.starts = new long[pieces.size() + 1];
    for (int i = 0; i < this.pieces.length; i++) {
      starts[i + 1] = starts[i] + this.pieces[i].rows;
    }
  }

  static EncodedFile open(
      Path file, EncodedFormat format, List<Histories> histories, List<FittedTable> tables) {
    List<Piece> pieces =
        ArrowFile.open(file).stream().map(body -> new Piece(format, body)).toList();
    return new EncodedFile(format, histories, tables, pieces);
  }

  @Override
  public long rows() {
    return starts[pieces.length];
  }

  @Override
  public InputLayout layout() {
    return format.layout;
  }

  @Override
  public List<FittedTable> tables() {
    return tables;
  }

  @Override
  public void read(long[] rows, int from, int count, Batch into) {
    into.resize(count);
    Cursor cursor = new Cursor(into);
    for (int first = 0; first < count; first += ROWS) {
      cursor.read(rows, from + first, first, Math.min(ROWS, count - first));
    }
    cursor.finish(count);
  }

  /**
   * The piece that holds a row. Pieces are of equal size but for set-aside rows, so the first guess
   * is nearly right.
   */
  private int piece(long row) {
    if (row < 0 || row >= starts[pieces.length]) {
      throw new IndexOutOfBoundsException("row " + row + " of " + starts[pieces.length]);
    }
    int guess = (int) Math.min(pieces.length - 1, row / pieces[0].rows);
    while (row < starts[guess]) {
      guess--;
    }
    while (row >= starts[guess + 1]) {
      guess++;
    }
    return guess;
  }

  /** The views of one record batch. */
  private static final class Piece {
    final int rows;
    final IntBuffer ids;
    final FloatBuffer factors;
    final FloatBuffer numbers;
    final FloatBuffer labels;
    final ByteBuffer states;
    final IntBuffer groups;
    final FloatBuffer weights;
    final LongBuffer numbersOfRows;
    final IntBuffer[] listOffsets; // multi-valued fields
    final IntBuffer[] listIds;
    final FloatBuffer[] listFactors;
    final LongBuffer histories; // one per sequence
    final IntBuffer[] ageOffsets; // sequences with ages
    final IntBuffer[] ages;

    Piece(EncodedFormat format, ArrowFile.Body body) {
      rows = body.rows();
      ids = (format.single.length > 0 ? body.fixed() : none()).asIntBuffer();
      factors = (format.weighted.length > 0 ? body.fixed() : none()).asFloatBuffer();
      numbers = (format.layout.numbers().isEmpty() ? none() : body.fixed()).asFloatBuffer();
      labels = body.fixed().asFloatBuffer();
      states = body.fixed();
      groups = body.plain().asIntBuffer();
      weights = body.plain().asFloatBuffer();
      numbersOfRows = body.plain().asLongBuffer();
      int multi = format.multi.length;
      listOffsets = new IntBuffer[multi];
      listIds = new IntBuffer[multi];
      listFactors = new FloatBuffer[multi];
      for (int m = 0; m < multi; m++) {
        listOffsets[m] = body.plain().asIntBuffer();
        listIds[m] = body.plain().asIntBuffer();
        listFactors[m] = none().asFloatBuffer();
        if (format.layout.fields().get(format.multi[m]).weighted()) {
          body.plain(); // the same offsets again
          listFactors[m] = body.plain().asFloatBuffer();
        }
      }
      histories = (format.layout.sequences().isEmpty() ? none() : body.fixed()).asLongBuffer();
      ageOffsets = new IntBuffer[format.aged.length];
      ages = new IntBuffer[format.aged.length];
      for (int a = 0; a < ages.length; a++) {
        ageOffsets[a] = body.plain().asIntBuffer();
        ages[a] = body.plain().asIntBuffer();
      }
    }

    private static ByteBuffer none() {
      return ByteBuffer.allocate(0);
    }
  }

  /** One call of {@link #read}. */
  private final class Cursor {
    private final Batch into;
    private final int[] ids = new int[ROWS * format.single.length];
    private final float[] factors = new float[ROWS * format.weighted.length];
    private final int[] listSizes = new int[format.multi.length];
    private final int[] stepSizes = new int[histories.length];
    private final Piece[] piece = new Piece[ROWS];
    private final int[] local = new int[ROWS];

    Cursor(Batch into) {
      this.into = into;
    }

    void read(long[] rows, int from, int to, int count) {
      for (int i = 0; i < count; i++) {
        int p = piece(rows[from + i]);
        piece[i] = pieces[p];
        local[i] = (int) (rows[from + i] - starts[p]);
      }
      singles(to, count);
      int n = format.layout.numbers().size();
      int k = format.tasks.size();
      for (int i = 0; i < count; i++) {
        Piece p = piece[i];
        int r = local[i];
        if (n > 0) {
          p.numbers.get(r * n, into.numbers(), (to + i) * n, n);
        }
        p.labels.get(r * k, into.labels(), (to + i) * k, k);
        p.states.get(r * k, into.states(), (to + i) * k, k);
        into.groups()[to + i] = p.groups.get(r);
        into.weights()[to + i] = p.weights.get(r);
        into.rowNumbers()[to + i] = p.numbersOfRows.get(r);
      }
      for (int m = 0; m < format.multi.length; m++) {
        multi(m, to, count);
      }
      for (int s = 0; s < histories.length; s++) {
        sequence(s, to, count);
      }
      for (int a = 0; a < format.aged.length; a++) {
        ages(a, to, count);
      }
    }

    private void singles(int to, int count) {
      int width = format.single.length;
      for (int i = 0; i < count && width > 0; i++) {
        piece[i].ids.get(local[i] * width, ids, i * width, width);
      }
      for (int j = 0; j < width; j++) {
        int[] column = into.ids(format.single[j]);
        for (int i = 0; i < count; i++) {
          column[to + i] = ids[i * width + j];
        }
      }
      int scaled = format.weighted.length;
      for (int i = 0; i < count && scaled > 0; i++) {
        piece[i].factors.get(local[i] * scaled, factors, i * scaled, scaled);
      }
      for (int j = 0; j < scaled; j++) {
        float[] column = into.factors(format.weighted[j]);
        for (int i = 0; i < count; i++) {
          column[to + i] = factors[i * scaled + j];
        }
      }
    }

    private void multi(int m, int to, int count) {
      int field = format.multi[m];
      boolean weighted = format.layout.fields().get(field).weighted();
      int[] offsets = into.offsets(field);
      for (int i = 0; i < count; i++) {
        int start = piece[i].listOffsets[m].get(local[i]);
        int size = piece[i].listOffsets[m].get(local[i] + 1) - start;
        offsets[to + i] = listSizes[m];
        int[] values = into.reserveIds(field, listSizes[m] + size);
        piece[i].listIds[m].get(start, values, listSizes[m], size);
        if (weighted) {
          piece[i].listFactors[m].get(start, into.factors(field), listSizes[m], size);
        }
        listSizes[m] += size;
      }
    }

    private void sequence(int s, int to, int count) {
      int[] offsets = into.sequenceOffsets(s);
      for (int i = 0; i < count; i++) {
        offsets[to + i] = stepSizes[s];
        long history = piece[i].histories.get(local[i] * histories.length + s);
        stepSizes[s] += histories[s].read(history, into, s, stepSizes[s]);
      }
    }

    /** Ages belong to the row, not to its history; there is one for each of the steps just read. */
    private void ages(int a, int to, int count) {
      int s = format.aged[a];
      int[] ages = into.sequenceIds(s, format.stepColumns(s));
      for (int i = 0; i < count; i++) {
        int start = piece[i].ageOffsets[a].get(local[i]);
        int size = piece[i].ageOffsets[a].get(local[i] + 1) - start;
        piece[i].ages[a].get(start, ages, into.sequenceOffsets(s)[to + i], size);
      }
    }

    void finish(int count) {
      for (int m = 0; m < format.multi.length; m++) {
        into.offsets(format.multi[m])[count] = listSizes[m];
      }
      for (int s = 0; s < histories.length; s++) {
        into.sequenceOffsets(s)[count] = stepSizes[s];
      }
    }
  }
}
