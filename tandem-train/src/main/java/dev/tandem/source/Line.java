package dev.tandem.source;

import java.nio.charset.StandardCharsets;

/** One line of a file as bytes {@code [from, to)} of a buffer that the next line overwrites. */
final class Line {
  byte[] bytes = new byte[1 << 16];
  int from;
  int to;

  /**
   * Finds the columns between separators.
   *
   * @param bounds is set so that column i is {@code [bounds[i], bounds[i + 1] - 1)}; its length
   *     minus one is the largest number of columns, the last of which takes the rest of the line
   * @return number of columns
   */
  int split(char separator, int[] bounds) {
    int columns = 1;
    bounds[0] = from;
    for (int i = from; i < to && columns < bounds.length - 1; i++) {
      if (bytes[i] == separator) {
        bounds[columns++] = i + 1;
      }
    }
    bounds[columns] = to + 1;
    return columns;
  }

  /** A whole number; {@code what} names it in the complaint. */
  long number(int start, int end, String what) throws Malformed {
    int i = start;
    boolean negative = i < end && bytes[i] == '-';
    i += negative ? 1 : 0;
    if (i == end || end - i > 18) {
      throw new Malformed(
          "%s: found '%s', needed a whole number".formatted(what, text(start, end)));
    }
    long value = 0;
    for (; i < end; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new Malformed(
            "%s: found '%s', needed a whole number".formatted(what, text(start, end)));
      }
      value = 10 * value + digit;
    }
    return negative ? -value : value;
  }

  /** A label. */
  int bit(int start, int end, String what) throws Malformed {
    if (end - start != 1 || (bytes[start] != '0' && bytes[start] != '1')) {
      throw new Malformed("%s: found '%s', allowed 0 and 1".formatted(what, text(start, end)));
    }
    return bytes[start] - '0';
  }

  /** The bytes as text, shortened for messages. */
  String text(int start, int end) {
    return new String(bytes, start, Math.min(end - start, 60), StandardCharsets.UTF_8);
  }

  /** The whole line as text. */
  String text() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
