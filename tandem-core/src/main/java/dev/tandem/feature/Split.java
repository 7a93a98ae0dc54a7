package dev.tandem.feature;

/** Divides a text into trimmed, non-empty pieces. */
final class Split {
  private final byte[] separator;

  Split(byte[] separator) {
    this.separator = separator;
  }

  /** Receives the bounds of a piece in the text's array. */
  @FunctionalInterface
  interface Pieces {
    void accept(byte[] bytes, int from, int to);
  }

  void pieces(byte[] bytes, int from, int to, Pieces pieces) {
    int start = from;
    while (start <= to) {
      int end = indexOf(bytes, start, to);
      int left = start;
      int right = end;
      while (left < right && bytes[left] == ' ') {
        left++;
      }
      while (right > left && bytes[right - 1] == ' ') {
        right--;
      }
      if (left < right) {
        pieces.accept(bytes, left, right);
      }
      start = end + separator.length;
    }
  }

  /** Where the separator next occurs, {@code to} when it does not. */
  int indexOf(byte[] bytes, int from, int to) {
    for (int i = from; i + separator.length <= to; i++) {
      int j = 0;
      while (j < separator.length && bytes[i + j] == separator[j]) {
        j++;
      }
      if (j == separator.length) {
        return i;
      }
    }
    return to;
  }

  int length() {
    return separator.length;
  }
}
