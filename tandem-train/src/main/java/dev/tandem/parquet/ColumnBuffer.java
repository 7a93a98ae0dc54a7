package dev.tandem.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The values of one column of a {@link Columns} batch, appended row by row in the memory layout of
 * Arrow (little-endian values, one validity bit per row, offsets for texts and lists). Not
 * thread-safe. The caller appends what the column's type says; this is not checked per value.
 */
public final class ColumnBuffer {
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle FLOAT = view(float[].class);

  private final ColumnType type;
  private byte[] data;
  private byte[] validity;
  private byte[] offsets;
  private int used;
  private int rows;
  private int nulls;

  ColumnBuffer(ColumnType type, int capacity) {
    this.type = type;
    this.data = new byte[Math.max(16, capacity * type.width())];
    this.validity = new byte[capacity / 8 + 1];
    this.offsets = type.isRagged() ? new byte[(capacity + 1) * 4] : new byte[0];
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /** Appends one row of an {@code INT8} column. */
  public void putByte(int value) {
    room(1);
    data[used] = (byte) value;
    used += 1;
    endRow(true);
  }

  /** Appends one row of an {@code INT32} column. */
  public void putInt(int value) {
    addInt(value);
    endRow(true);
  }

  /** Appends one row of an {@code INT64} or {@code TIMESTAMP} column. */
  public void putLong(long value) {
    addLong(value);
    endRow(true);
  }

  /** Appends one row of a {@code FLOAT32} column. */
  public void putFloat(float value) {
    addFloat(value);
    endRow(true);
  }

  /** Appends one row of a {@code TEXT} column: {@code bytes[from, to)} in UTF-8. */
  public void putText(byte[] bytes, int from, int to) {
    room(to - from);
    System.arraycopy(bytes, from, data, used, to - from);
    used += to - from;
    endRow(true);
  }

  /** Appends a row without a value (of a list column: an empty list). */
  public void putNull() {
    if (!type.isRagged()) {
      room(type.width());
      Arrays.fill(data, used, used + type.width(), (byte) 0);
      used += type.width();
    }
    endRow(type.isList());
  }

  /** Adds one element to the list of the row that {@link #endList} will close. */
  public void addInt(int value) {
    room(4);
    INT.set(data, used, value);
    used += 4;
  }

  /** Adds one element to the list of the row that {@link #endList} will close. */
  public void addLong(long value) {
    room(8);
    LONG.set(data, used, value);
    used += 8;
  }

  /** Adds one element to the list of the row that {@link #endList} will close. */
  public void addFloat(float value) {
    room(4);
    FLOAT.set(data, used, value);
    used += 4;
  }

  /** Ends the row of a list column; its elements are those added since the last row. */
  public void endList() {
    endRow(true);
  }

  private void room(int bytes) {
    if (used + bytes > data.length) {
      data =
          Arrays.copyOf(
              data,
              Math.max(used + bytes, (int) Math.min(Integer.MAX_VALUE - 8L, data.length * 2L)));
    }
  }

  private void endRow(boolean valid) {
    if (rows / 8 >= validity.length) {
      validity = Arrays.copyOf(validity, validity.length * 2);
    }
    if (valid) {
      validity[rows >> 3] |= (byte) (1 << (rows & 7));
    } else {
      nulls++;
    }
    rows++;
    if (type.isRagged()) {
      if ((rows + 1) * 4 > offsets.length) {
        offsets = Arrays.copyOf(offsets, offsets.length * 2);
      }
      INT.set(offsets, rows * 4, used / type.width());
    }
  }

  ColumnType type() {
    return type;
  }

  int rows() {
    return rows;
  }

  int nulls() {
    return nulls;
  }

  /** Elements of all lists, or values of all rows. */
  int elements() {
    return used / type.width();
  }

  int bytes() {
    return used;
  }

  byte[] data() {
    return data;
  }

  byte[] validity() {
    return validity;
  }

  byte[] offsets() {
    return offsets;
  }
}
