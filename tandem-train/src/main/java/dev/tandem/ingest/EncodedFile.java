package dev.tandem.ingest;

import dev.tandem.feature.Batch;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.schema.InputLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Encoded rows in a memory-mapped Arrow file. Safe for use by several threads; the mapping lives
 * until the object is collected.
 */
final class EncodedFile implements EncodedData {
  private static final int ROWS =
      64; // read at a time, so that the rows stay in the first-level cache
  private static final long WINDOW = 1L << 30;

  private final EncodedFormat format;
  private final List<FittedTable> tables;
  private final Piece[] pieces;
  private final long[] starts; // [pieces + 1]

  private EncodedFile(EncodedFormat format, List<FittedTable> tables, List<Piece> pieces) {
    this.format = format;
    this.tables = List.copyOf(tables);
    this.pieces = pieces.toArray(Piece[]::new);
    this.starts = new long[pieces.size() + 1];
    for (int i = 0; i < this.pieces.length; i++) {
      starts[i + 1] = starts[i] + this.pieces[i].rows;
    }
  }

  static EncodedFile open(Path file, EncodedFormat format, List<FittedTable> tables) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer tail = read(channel, size - 10, 10);
      int footerSize = tail.getInt();
      Footer footer = Footer.getRootAsFooter(read(channel, size - 10 - footerSize, footerSize));
      List<Piece> pieces = new ArrayList<>();
      MappedByteBuffer window = channel.map(FileChannel.MapMode.READ_ONLY, 0, 0);
      long from = 0;
      for (int b = 0; b < footer.recordBatchesLength(); b++) {
        Block block = footer.recordBatches(b);
        long end = block.offset() + block.metaDataLength() + block.bodyLength();
        if (end > from + window.capacity()) {
          from = block.offset();
          window =
              channel.map(
                  FileChannel.MapMode.READ_ONLY,
                  from,
                  Math.min(size - from, Math.max(WINDOW, end - from)));
        }
        int at = (int) (block.offset() - from);
        ByteBuffer metadata =
            window.slice(at + 8, block.metaDataLength() - 8).order(ByteOrder.LITTLE_ENDIAN);
        RecordBatch batch =
            (RecordBatch) Message.getRootAsMessage(metadata).header(new RecordBatch());
        if (batch == null) {
          throw new DataException(
              file
                  + ": record batch "
                  + b
                  + " cannot be read; delete the directory and prepare the data again");
        }
        pieces.add(new Piece(format, batch, window, at + block.metaDataLength()));
      }
      return new EncodedFile(format, tables, pieces);
    } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new DataException(
          file
              + " cannot be read as encoded rows: "
              + e.getMessage()
              + "; delete its directory and prepare the data again",
          e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
      // until all is read
    }
    return bytes.flip();
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
    final IntBuffer[] listOffsets; // multi-valued fields, then sequences
    final IntBuffer[] listIds; // multi-valued fields, then every table of every sequence
    final FloatBuffer[] listFactors; // multi-valued fields

    Piece(EncodedFormat format, RecordBatch batch, ByteBuffer window, int body) {
      rows = (int) batch.length();
      Cut cut = new Cut(batch, window, body);
      ids = (format.single.length > 0 ? cut.fixed() : cut.none()).asIntBuffer();
      factors = (format.weighted.length > 0 ? cut.fixed() : cut.none()).asFloatBuffer();
      numbers = (format.layout.numbers().isEmpty() ? cut.none() : cut.fixed()).asFloatBuffer();
      labels = cut.fixed().asFloatBuffer();
      states = cut.fixed();
      groups = cut.plain().asIntBuffer();
      weights = cut.plain().asFloatBuffer();
      numbersOfRows = cut.plain().asLongBuffer();
      int multi = format.multi.length;
      int sequences = format.layout.sequences().size();
      int tables = format.layout.sequences().stream().mapToInt(s -> s.tables().size()).sum();
      listOffsets = new IntBuffer[multi + sequences];
      listIds = new IntBuffer[multi + tables];
      listFactors = new FloatBuffer[multi];
      for (int m = 0; m < multi; m++) {
        listOffsets[m] = cut.plain().asIntBuffer();
        listIds[m] = cut.plain().asIntBuffer();
        listFactors[m] = cut.none().asFloatBuffer();
        if (format.layout.fields().get(format.multi[m]).weighted()) {
          cut.plain();
          listFactors[m] = cut.plain().asFloatBuffer();
        }
      }
      int table = multi;
      for (int s = 0; s < sequences; s++) {
        for (int t = 0; t < format.layout.sequences().get(s).tables().size(); t++) {
          listOffsets[multi + s] = cut.plain().asIntBuffer();
          listIds[table++] = cut.plain().asIntBuffer();
        }
      }
    }
  }

  /** Takes the buffers of a record batch one after the other. */
  private static final class Cut {
    private final RecordBatch batch;
    private final ByteBuffer window;
    private final int body;
    private int next;

    Cut(RecordBatch batch, ByteBuffer window, int body) {
      this.batch = batch;
      this.window = window;
      this.body = body;
    }

    ByteBuffer take() {
      Buffer buffer = batch.buffers(next++);
      return window
          .slice(body + (int) buffer.offset(), (int) buffer.length())
          .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Values or offsets, behind a validity bitmap. */
    ByteBuffer plain() {
      take();
      return take();
    }

    /** Elements, behind the list's and their own validity bitmap. */
    ByteBuffer fixed() {
      take();
      return plain();
    }

    ByteBuffer none() {
      return ByteBuffer.allocate(0);
    }
  }

  /** One call of {@link #read}. */
  private final class Cursor {
    private final Batch into;
    private final int[] ids = new int[ROWS * format.single.length];
    private final float[] factors = new float[ROWS * format.weighted.length];
    private final int[] listSizes = new int[format.multi.length + format.layout.sequences().size()];
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
      int table = format.multi.length;
      for (int s = 0; s < format.layout.sequences().size(); s++) {
        sequence(s, table, to, count);
        table += format.layout.sequences().get(s).tables().size();
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

    private void sequence(int s, int firstTable, int to, int count) {
      int list = format.multi.length + s;
      int tableCount = format.layout.sequences().get(s).tables().size();
      int[] offsets = into.sequenceOffsets(s);
      for (int i = 0; i < count; i++) {
        int start = piece[i].listOffsets[list].get(local[i]);
        int size = piece[i].listOffsets[list].get(local[i] + 1) - start;
        offsets[to + i] = listSizes[list];
        into.reserveSteps(s, listSizes[list] + size);
        for (int t = 0; t < tableCount; t++) {
          piece[i].listIds[firstTable + t].get(
              start, into.sequenceIds(s, t), listSizes[list], size);
        }
        listSizes[list] += size;
      }
    }

    void finish(int count) {
      for (int m = 0; m < format.multi.length; m++) {
        into.offsets(format.multi[m])[count] = listSizes[m];
      }
      for (int s = 0; s < format.layout.sequences().size(); s++) {
        into.sequenceOffsets(s)[count] = listSizes[format.multi.length + s];
      }
    }
  }
}
