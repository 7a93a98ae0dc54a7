package dev.tandem.archive;

/**
 * The element types of safetensors that Tandem writes and reads, under the names of that format;
 * little-endian.
 */
public enum DType {
  F32(4),
  F64(8),
  I64(8),
  I32(4),
  U8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }
}
