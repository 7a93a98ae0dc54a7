package dev.tandem.ingest;

import dev.tandem.feature.Column;
import dev.tandem.feature.IntegerColumn;
import dev.tandem.feature.ListColumn;
import dev.tandem.feature.RealColumn;
import dev.tandem.feature.TextColumn;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;

/** Copies Arrow vectors into plain arrays, so that nothing of Arrow lives longer than its batch. */
final class ArrowColumns {
  private ArrowColumns() {}

  static Column copy(FieldVector vector, int rows) {
    boolean[] nulls = nulls(vector, rows);
    if (vector instanceof BigIntVector v) {
      long[] values = new long[rows];
      v.getDataBuffer()
          .nioBuffer(0, rows * 8)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asLongBuffer()
          .get(values);
      return new IntegerColumn(values, nulls);
    } else if (vector instanceof Float8Vector v) {
      double[] values = new double[rows];
      v.getDataBuffer()
          .nioBuffer(0, rows * 8)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asDoubleBuffer()
          .get(values);
      return new RealColumn(values, nulls);
    } else if (vector instanceof VarCharVector v) {
      int[] offsets = offsets(v.getOffsetBuffer(), rows);
      // Eight bytes more than needed, so that the last text too can be hashed eight at a time.
      byte[] bytes = new byte[offsets[rows] + 8];
      v.getDataBuffer().getBytes(0, bytes, 0, offsets[rows]);
      return new TextColumn(bytes, offsets, nulls);
    } else if (vector instanceof ListVector v) {
      int[] offsets = offsets(v.getOffsetBuffer(), rows);
      return new ListColumn(copy(v.getDataVector(), offsets[rows]), offsets, nulls);
    }
    throw new IllegalArgumentException("no plain column for " + vector.getField());
  }

  private static int[] offsets(ArrowBuf buffer, int rows) {
    int[] offsets = new int[rows + 1];
    if (rows > 0) {
      buffer.nioBuffer(0, (rows + 1) * 4).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(offsets);
    }
    return offsets;
  }

  private static boolean[] nulls(ValueVector vector, int rows) {
    if (vector.getNullCount() == 0) {
      return Column.NO_NULLS;
    }
    boolean[] nulls = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      nulls[i] = vector.isNull(i);
    }
    return nulls;
  }
}
