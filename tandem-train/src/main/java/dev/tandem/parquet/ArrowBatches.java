package dev.tandem.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The batches of a queue as an Arrow stream; an empty {@link Columns} ends it. */
final class ArrowBatches extends ArrowReader {
  private final List<Column> schema;
  private final BlockingQueue<Columns> queue;
  private long bytesRead;

  ArrowBatches(BufferAllocator allocator, List<Column> schema, BlockingQueue<Columns> queue) {
    super(allocator);
    this.schema = schema;
    this.queue = queue;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    prepareLoadNextBatch();
    Columns next;
    try {
      next = queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for rows", e);
    }
    if (next.rows() == 0) {
      return false;
    }
    bytesRead += next.bytes();
    loadRecordBatch(record(next));
    return true;
  }

  private ArrowRecordBatch record(Columns columns) {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      ColumnBuffer b = columns.at(i);
      int rows = b.rows();
      nodes.add(new ArrowFieldNode(rows, b.nulls()));
      buffers.add(copy(b.validity(), rows / 8 + 1));
      if (b.type().isRagged()) {
        buffers.add(copy(b.offsets(), (rows + 1) * 4));
      }
      if (b.type().isList()) {
        // No null elements: all-ones validity.
        byte[] ones = new byte[b.elements() / 8 + 1];
        java.util.Arrays.fill(ones, (byte) -1);
        nodes.add(new ArrowFieldNode(b.elements(), 0));
        buffers.add(copy(ones, ones.length));
      }
      buffers.add(copy(b.data(), b.bytes()));
    }
    ArrowRecordBatch batch = new ArrowRecordBatch(columns.rows(), nodes, buffers);
    // The batch holds its own references from here on.
    buffers.forEach(ArrowBuf::close);
    return batch;
  }

  private ArrowBuf copy(byte[] from, int bytes) {
    ArrowBuf buffer = allocator.buffer(Math.max(bytes, 8));
    buffer.setBytes(0, from, 0, bytes);
    buffer.writerIndex(bytes);
    return buffer;
  }

  @Override
  public long bytesRead() {
    return bytesRead;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return new Schema(schema.stream().map(ArrowBatches::field).toList());
  }

  private static Field field(Column c) {
    if (!c.type().isList()) {
      return new Field(c.name(), FieldType.nullable(type(c.type())), List.of());
    }
    Field element = new Field("element", FieldType.nullable(type(c.type())), List.of());
    return new Field(c.name(), FieldType.nullable(new ArrowType.List()), List.of(element));
  }

  private static ArrowType type(ColumnType type) {
    return switch (type) {
      case INT8 -> new ArrowType.Int(8, true);
      case INT32, INT32_LIST -> new ArrowType.Int(32, true);
      case INT64, INT64_LIST -> new ArrowType.Int(64, true);
      case FLOAT32, FLOAT32_LIST -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MILLISECOND, null);
      case TEXT -> new ArrowType.Utf8();
    };
  }
}
