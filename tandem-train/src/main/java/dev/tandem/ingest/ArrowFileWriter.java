package dev.tandem.ingest;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes an Arrow file, one record batch after the other. It builds the messages itself: no
 * validity bitmaps, buffers aligned to 64 bytes, no native memory but one reused buffer. The
 * columns of a batch are declared in the schema's order; the buffer that a declaration gives is
 * filled from its start before the next one. Owned by one thread.
 */
final class ArrowFileWriter implements AutoCloseable {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int ALIGNMENT = 64;

  private final FileChannel channel;
  private final Schema schema;
  private final List<ArrowBlock> blocks = new ArrayList<>();
  private final List<Long> nodes = new ArrayList<>(); // lengths
  private final List<long[]> buffers = new ArrayList<>(); // offset, length
  private ByteBuffer body = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
  private int rows;

  /** Creates the file, which must not exist. */
  ArrowFileWriter(Path file, Schema schema) throws IOException {
    this.schema = schema;
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    write(ByteBuffer.allocate(8).put(MAGIC).position(8).flip());
    write(ByteBuffer.wrap(message(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT))));
  }

  /** Begins a record batch. */
  void begin(int rows) {
    this.rows = rows;
    body.clear();
    nodes.clear();
    buffers.clear();
  }

  /** A fixed-size list column; room for the elements, row by row. */
  ByteBuffer fixed(int width, int bytes) {
    nodes.add((long) rows);
    nodes.add((long) rows * width);
    absent();
    absent();
    return room(rows * width * bytes);
  }

  /** A column of plain values; room for them. */
  ByteBuffer plain(int bytes) {
    nodes.add((long) rows);
    absent();
    return room(rows * bytes);
  }

  /** A list column; room for the rows' offsets, one more than there are rows. */
  ByteBuffer offsets() {
    nodes.add((long) rows);
    absent();
    return room((rows + 1) * 4);
  }

  /** The elements of the list column whose offsets were just written; room for them. */
  ByteBuffer elements(int count, int bytes) {
    nodes.add((long) count);
    absent();
    return room(count * bytes);
  }

  /** Declares a validity bitmap that is not there. */
  private void absent() {
    buffers.add(new long[] {body.position(), 0});
  }

  private ByteBuffer room(int bytes) {
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
    return body.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes the record batch. */
  void end() throws IOException {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024);
    RecordBatch.startNodesVector(builder, nodes.size());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      FieldNode.createFieldNode(builder, nodes.get(i), 0);
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
