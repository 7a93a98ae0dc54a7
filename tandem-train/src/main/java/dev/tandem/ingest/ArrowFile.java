package dev.tandem.ingest;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

/** Memory-maps what {@link ArrowFileWriter} wrote. Mappings live until they are collected. */
final class ArrowFile {
  private static final long WINDOW = 1L << 30;

  private ArrowFile() {}

  /**
   * The file's record batches in order.
   *
   * @throws DataException when the file is not a whole Arrow file
   */
  static List<Body> open(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer tail = read(channel, size - 10, 10);
      int footerSize = tail.getInt();
      Footer footer = Footer.getRootAsFooter(read(channel, size - 10 - footerSize, footerSize));
      List<Body> bodies = new ArrayList<>();
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
        bodies.add(new Body(batch, window, at + block.metaDataLength()));
      }
      return bodies;
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

  /** A record batch; its columns are taken one after the other, in the schema's order. */
  static final class Body {
    private final RecordBatch batch;
    private final ByteBuffer window;
    private final int body;
    private int next;

    private Body(RecordBatch batch, ByteBuffer window, int body) {
      this.batch = batch;
      this.window = window;
      this.body = body;
    }

    int rows() {
      return (int) batch.length();
    }

    private ByteBuffer take() {
      Buffer buffer = batch.buffers(next++);
      return window
          .slice(body + (int) buffer.offset(), (int) buffer.length())
          .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Plain values, a list's offsets or its elements, behind a validity bitmap. */
    ByteBuffer plain() {
      take();
      return take();
    }

    /** The elements of fixed-size lists, behind the lists' and their own validity bitmap. */
    ByteBuffer fixed() {
      take();
      return plain();
    }
  }
}
