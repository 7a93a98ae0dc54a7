package dev.tandem.ingest;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tandem.feature.Batch;
import dev.tandem.schema.FieldSlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes encoded batches as an Arrow file, each as one record batch. It builds the messages itself,
 * straight from the arrays: no validity bitmaps, buffers aligned to 64 bytes, no native memory but
 * one reused buffer. Owned by one thread.
 */
final class EncodedWriter implements AutoCloseable {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int ALIGNMENT = 64;

  private final EncodedFormat format;
  private final FileChannel channel;
  private final Schema schema;
  private final List<ArrowBlock> blocks = new ArrayList<>();
  private final List<long[]> nodes = new ArrayList<>(); // length
  private final List<long[]> buffers = new ArrayList<>(); // offset, length
  private ByteBuffer body = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
  private int[] kept = {};
  private int rows;
  private long written;

  EncodedWriter(Path file, EncodedFormat format) throws IOException {
    this.format = format;
    this.schema = format.schema();
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ByteBuffer head = ByteBuffer.allocate(8).put(MAGIC).position(8).flip();
    write(head);
    write(
        ByteBuffer.wrap(
            message(
                MessageSerializer.serializeMetadata(
                    schema, org.apache.arrow.vector.ipc.message.IpcOption.DEFAULT))));
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
    body.clear();
    nodes.clear();
    buffers.clear();
    if (format.single.length > 0) {
      int[][] columns = new int[format.single.length][];
      for (int j = 0; j < columns.length; j++) {
        columns[j] = batch.ids(format.single[j]);
      }
      int at = fixed(columns.length, 4);
      for (int i = 0; i < rows; i++) {
        int r = kept[i];
        for (int[] column : columns) {
          body.putInt(at, column[r]);
          at += 4;
        }
      }
    }
    if (format.weighted.length > 0) {
      int at = fixed(format.weighted.length, 4);
      for (int i = 0; i < rows; i++) {
        for (int f : format.weighted) {
          body.putFloat(at, batch.factors(f)[kept[i]]);
          at += 4;
        }
      }
    }
    floats(batch.numbers(), format.layout.numbers().size());
    floats(batch.labels(), format.tasks.size());
    int states = fixed(format.tasks.size(), 1);
    for (int i = 0; i < rows; i++) {
      body.put(
          states + i * format.tasks.size(),
          batch.states(),
          kept[i] * format.tasks.size(),
          format.tasks.size());
    }
    nodes.add(new long[] {rows});
    int group = plain(4);
    for (int i = 0; i < rows; i++) {
      body.putInt(group + 4 * i, batch.groups()[kept[i]]);
    }
    nodes.add(new long[] {rows});
    int weight = plain(4);
    for (int i = 0; i < rows; i++) {
      body.putFloat(weight + 4 * i, batch.weights()[kept[i]]);
    }
    nodes.add(new long[] {rows});
    int row = plain(8);
    for (int i = 0; i < rows; i++) {
      body.putLong(row + 8 * i, batch.rowNumbers()[kept[i]]);
    }
    for (int f : format.multi) {
      FieldSlot slot = format.layout.fields().get(f);
      ids(batch.offsets(f), batch.ids(f), list(batch.offsets(f)));
      if (slot.weighted()) {
        int to = list(batch.offsets(f));
        for (int i = 0; i < rows; i++) {
          for (int e = batch.offsets(f)[kept[i]]; e < batch.offsets(f)[kept[i] + 1]; e++) {
            body.putFloat(to, batch.factors(f)[e]);
            to += 4;
          }
        }
      }
    }
    for (int s = 0; s < format.layout.sequences().size(); s++) {
      for (int t = 0; t < format.layout.sequences().get(s).tables().size(); t++) {
        ids(batch.sequenceOffsets(s), batch.sequenceIds(s, t), list(batch.sequenceOffsets(s)));
      }
    }
    flush();
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

  private void floats(float[] values, int width) {
    if (width > 0) {
      int at = fixed(width, 4);
      for (int i = 0; i < rows; i++) {
        int from = kept[i] * width;
        for (int j = 0; j < width; j++) {
          body.putFloat(at, values[from + j]);
          at += 4;
        }
      }
    }
  }

  private void ids(int[] offsets, int[] values, int to) {
    int at = to;
    for (int i = 0; i < rows; i++) {
      for (int e = offsets[kept[i]]; e < offsets[kept[i] + 1]; e++) {
        body.putInt(at, values[e]);
        at += 4;
      }
    }
  }

  /** Declares a fixed-size list column; where its elements go. */
  private int fixed(int width, int bytes) {
    nodes.add(new long[] {rows});
    nodes.add(new long[] {(long) rows * width});
    buffers.add(new long[] {body.position(), 0});
    return plain(width * bytes);
  }

  /** Declares a list column of four-byte elements and writes its offsets; where its elements go. */
  private int list(int[] offsets) {
    int total = 0;
    buffers.add(new long[] {body.position(), 0});
    int at = room((rows + 1) * 4);
    body.putInt(at, 0);
    for (int i = 0; i < rows; i++) {
      total += offsets[kept[i] + 1] - offsets[kept[i]];
      body.putInt(at + 4 * (i + 1), total);
    }
    nodes.add(new long[] {rows});
    nodes.add(new long[] {total});
    buffers.add(new long[] {body.position(), 0});
    return room(total * 4);
  }

  /** Declares an absent validity bitmap and the data of {@code rows} values; where they go. */
  private int plain(int bytesPerRow) {
    buffers.add(new long[] {body.position(), 0});
    return room(rows * bytesPerRow);
  }

  /** Declares a buffer at the body's end; where it begins. */
  private int room(int bytes) {
    int at = body.position();
    buffers.add(new long[] {at, bytes});
    int end = at + (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (end > body.capacity()) {
      ByteBuffer larger =
          ByteBuffer.allocateDirect(Math.max(end, body.capacity() * 2))
              .order(ByteOrder.LITTLE_ENDIAN);
      larger.put(body.flip());
      body = larger;
    }
    body.position(end);
    return at;
  }

  private void flush() throws IOException {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024);
    RecordBatch.startNodesVector(builder, nodes.size());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      FieldNode.createFieldNode(builder, nodes.get(i)[0], 0);
    }
    int nodeVector = builder.endVector();
    RecordBatch.startBuffersVector(builder, buffers.size());
    for (int i = buffers.size() - 1; i >= 0; i--) {
      Buffer.createBuffer(builder, buffers.get(i)[0], buffers.get(i)[1]);
    }
    int bufferVector = builder.endVector();
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rows);
    RecordBatch.addNodes(builder, nodeVector);
    RecordBatch.addBuffers(builder, bufferVector);
    int batch = RecordBatch.endRecordBatch(builder);
    builder.finish(
        Message.createMessage(
            builder, MetadataVersion.V5, MessageHeader.RecordBatch, batch, body.position(), 0));
    byte[] metadata = message(builder.dataBuffer());
    long offset = channel.position();
    int padding = (int) (-(offset + metadata.length) & (ALIGNMENT - 1));
    metadata = Arrays.copyOf(metadata, metadata.length + padding);
    ByteBuffer.wrap(metadata).order(ByteOrder.LITTLE_ENDIAN).putInt(4, metadata.length - 8);
    write(ByteBuffer.wrap(metadata));
    blocks.add(new ArrowBlock(offset, metadata.length, body.position()));
    write(body.flip());
  }

  /** A message with its prefix, padded to eight bytes. */
  private static byte[] message(ByteBuffer flatbuffer) {
    int size = flatbuffer.remaining();
    int padded = (size + 7) / 8 * 8;
    ByteBuffer out = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(-1).putInt(padded).put(flatbuffer.duplicate());
    return out.array();
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Writes the footer and forces everything to disk. */
  void finish() throws IOException {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024);
    builder.finish(new ArrowFooter(schema, List.of(), blocks).writeTo(builder));
    ByteBuffer footer = builder.dataBuffer();
    ByteBuffer tail =
        ByteBuffer.allocate(8 + footer.remaining() + 4 + MAGIC.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    int size = footer.remaining();
    tail.putInt(-1).putInt(0).put(footer).putInt(size).put(MAGIC).flip();
    write(tail);
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
