package dev.tandem.source;

import dev.tandem.parquet.Column;
import dev.tandem.parquet.ColumnBuffer;
import dev.tandem.parquet.ColumnType;
import dev.tandem.parquet.Columns;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a feature list of Ali-CCP: features divided by SOH, each {@code field STX id ETX weight}.
 * Of a single-valued field the last value stays; a multi-valued one keeps all as {@code
 * id:weight|id:weight}. Not thread-safe.
 */
final class AliCcpFeatures {
  private static final char SOH = 1;
  private static final char STX = 2;
  private static final char ETX = 3;

  private final List<String> fields;
  private final boolean multi;
  private final boolean dense;
  private final byte[][] names;
  private final long[] ids;
  private final boolean[] present;
  private final float[] weights;
  private final byte[] @Nullable [] lists;
  private final int[] listEnds;

  AliCcpFeatures(String recipe) {
    this.fields = AliCcpFields.of(recipe);
    this.multi = recipe.equals("weighted");
    this.dense = recipe.equals("rechub");
    int n = fields.size();
    this.names =
        fields.stream().map(f -> f.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
    this.ids = new long[n];
    this.present = new boolean[n];
    this.weights = new float[n];
    this.lists = new byte[n][];
    this.listEnds = new int[n];
    for (int i = 0; i < n; i++) {
      lists[i] = isList(i) ? new byte[256] : null;
    }
  }

  private boolean isList(int field) {
    return multi && AliCcpFields.MULTI.contains(fields.get(field));
  }

  private boolean isDense(int field) {
    return dense && AliCcpFields.DENSE.contains(fields.get(field));
  }

  /** The output columns, {@code f101 …}, and {@code d109_14 …} for weights read as numbers. */
  List<Column> columns() {
    List<Column> all = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      all.add(new Column("f" + fields.get(i), isList(i) ? ColumnType.TEXT : ColumnType.INT64));
    }
    for (int i = 0; i < fields.size(); i++) {
      if (isDense(i)) {
        all.add(new Column("d" + fields.get(i), ColumnType.FLOAT32));
      }
    }
    return all;
  }

  /**
   * Parses {@code line[start, line.to)}.
   *
   * @return number of features found
   */
  int parse(Line line, int start) throws Malformed {
    clear();
    int found = 0;
    int next = start;
    while (next < line.to) {
      int idStart = find(line, next, STX, "field id") + 1;
      int weightStart = find(line, idStart, ETX, "feature id") + 1;
      int end = weightStart;
      while (end < line.to && line.bytes[end] != SOH) {
        end++;
      }
      int field = field(line, next, idStart - 1);
      long id = line.number(idStart, weightStart - 1, "feature id");
      float weight = weight(line, weightStart, end);
      if (field >= 0) {
        take(field, line, idStart, end, id, weight);
      }
      found++;
      if (end == line.to - 1) {
        throw new Malformed("the feature list ends with a separator");
      }
      next = end + 1;
    }
    return found;
  }

  private void take(int field, Line line, int idStart, int end, long id, float weight) {
    ids[field] = id;
    weights[field] = weight;
    present[field] = true;
    byte[] list = lists[field];
    if (list == null) {
      return;
    }
    int at = listEnds[field];
    int more = end - idStart + 1;
    if (at + more > list.length) {
      list = Arrays.copyOf(list, Math.max(at + more, 2 * list.length));
      lists[field] = list;
    }
    if (at > 0) {
      list[at++] = '|';
    }
    for (int i = idStart; i < end; i++) {
      list[at++] = line.bytes[i] == ETX ? (byte) ':' : line.bytes[i];
    }
    listEnds[field] = at;
  }

  private static int find(Line line, int from, char separator, String what) throws Malformed {
    for (int i = from; i < line.to; i++) {
      byte b = line.bytes[i];
      if (b == separator) {
        return i;
      }
      if (b <= ETX && b >= 0) {
        break;
      }
    }
    throw new Malformed(
        "%s '%s' is not followed by its separator".formatted(what, line.text(from, line.to)));
  }

  /** Place of a field, or −1 for one that the recipe leaves out. */
  private int field(Line line, int start, int end) {
    for (int i = 0; i < names.length; i++) {
      if (Arrays.equals(names[i], 0, names[i].length, line.bytes, start, end)) {
        return i;
      }
    }
    return -1;
  }

  private static float weight(Line line, int start, int end) throws Malformed {
    if (end - start == 3
        && line.bytes[start] == '1'
        && line.bytes[start + 1] == '.'
        && line.bytes[start + 2] == '0') {
      return 1;
    }
    try {
      float weight =
          Float.parseFloat(new String(line.bytes, start, end - start, StandardCharsets.US_ASCII));
      if (Float.isFinite(weight)) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a number that is not finite is.
    }
    throw new Malformed("weight: found '%s', needed a number".formatted(line.text(start, end)));
  }

  /** Forgets what was found, as if an empty list had been parsed. */
  void clear() {
    Arrays.fill(present, false);
    Arrays.fill(listEnds, 0);
  }

  /**
   * Widens {@code ranges}, a pair per {@link AliCcpFields#DENSE}, by the weights of the last list.
   */
  void widen(float[][] ranges) {
    for (int r = 0; r < ranges.length; r++) {
      int field = fields.indexOf(AliCcpFields.DENSE.get(r));
      if (field >= 0 && present[field]) {
        ranges[r][0] = Math.min(ranges[r][0], weights[field]);
        ranges[r][1] = Math.max(ranges[r][1], weights[field]);
      }
    }
  }

  /**
   * Appends one row to the columns from {@code first} on: of each field what {@code common} holds,
   * else what this holds. Weights read as numbers are scaled by {@code ranges}; a missing one is 0.
   */
  void append(AliCcpFeatures common, float[][] ranges, Columns to, int first) {
    int c = first;
    for (int i = 0; i < names.length; i++) {
      AliCcpFeatures from = common.present[i] ? common : this;
      ColumnBuffer column = to.at(c++);
      byte[] list = from.lists[i];
      if (!from.present[i]) {
        column.putNull();
      } else if (list == null) {
        column.putLong(from.ids[i]);
      } else {
        column.putText(list, 0, from.listEnds[i]);
      }
    }
    for (int i = 0; i < names.length; i++) {
      if (isDense(i)) {
        AliCcpFeatures from = common.present[i] ? common : this;
        float weight = from.present[i] ? from.weights[i] : 0;
        float[] range = ranges[AliCcpFields.DENSE.indexOf(fields.get(i))];
        float width = range[1] > range[0] ? range[1] - range[0] : 1;
        // Test weights may lie outside the range of the training files, as in the original recipe.
        to.at(c++).putFloat((weight - range[0]) / width);
      }
    }
  }
}
