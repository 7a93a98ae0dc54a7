package dev.tandem.embedding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of one table a batch reads, and where their values go.
 *
 * <p>A lookup is an id, a location in the batch's flat array of values (and of gradients, which has
 * the same layout), and a factor when pooled or weighted. {@link #sort} brings the lookups of a row
 * together, in the order in which they were added, so that gradients are always summed in the same
 * order. Reused from batch to batch; filled by one thread, then read by many.
 */
public final class Lookups {
  /** Lookups of one field: row {@code r} owns {@code start + offsets[r] …} or {@code start + r}. */
  private static final class Group {
    final int start;
    final int rows;
    final int @Nullable [] offsets;

    Group(int start, int rows, int @Nullable [] offsets) {
      this.start = start;
      this.rows = rows;
      this.offsets = offsets;
    }

    int from(int row) {
      return start + (offsets == null ? row : offsets[row] - offsets[0]);
    }
  }

  private Group[] groups = new Group[8];
  private int groupCount;
  private int size;
  private boolean scaled;
  int[] ids = new int[0];
  int[] locations = new int[0];
  float[] scales = new float[0];

  private long[] keys = new long[0];
  private long[] spare = new long[0];
  private int distinct;
  int[] rowIds = new int[0];
  int[] rowStarts = new int[1];

  /** Forgets the previous batch. */
  public void clear() {
    Arrays.fill(groups, 0, groupCount, null);
    groupCount = 0;
    size = 0;
    distinct = 0;
    scaled = false;
  }

  /**
   * One id for each batch row; row {@code r} goes to {@code location + r · stride}.
   *
   * @param factors parallel to the ids, or an empty array for none
   */
  public void single(int[] rowIds, float[] factors, int rows, int location, int stride) {
    int at = begin(rows, rows, null);
    System.arraycopy(rowIds, 0, ids, at, rows);
    for (int r = 0; r < rows; r++) {
      locations[at + r] = location + r * stride;
    }
    if (factors.length > 0) {
      scale(at);
      System.arraycopy(factors, 0, scales, at, rows);
    } else if (scaled) {
      Arrays.fill(scales, at, at + rows, 1f);
    }
  }

  /**
   * A bag of ids for each batch row, summed, or averaged over the number of ids; an empty bag is
   * zero. Row {@code r} owns the ids {@code offsets[r] … offsets[r + 1] − 1}.
   *
   * @param factors parallel to the ids, or an empty array for none
   */
  public void bags(
      int[] bagIds,
      int[] offsets,
      float[] factors,
      boolean mean,
      int rows,
      int location,
      int stride) {
    int first = offsets[0];
    int count = offsets[rows] - first;
    int at = begin(count, rows, offsets);
    scale(at);
    System.arraycopy(bagIds, first, ids, at, count);
    for (int r = 0; r < rows; r++) {
      int length = offsets[r + 1] - offsets[r];
      float each = mean && length > 0 ? 1f / length : 1f;
      for (int i = offsets[r]; i < offsets[r + 1]; i++) {
        locations[at + i - first] = location + r * stride;
        scales[at + i - first] = factors.length > 0 ? each * factors[i] : each;
      }
    }
  }

  /**
   * Steps of a sequence; step {@code p} of row {@code r} goes to {@code location + (r · max + p) ·
   * stride}; steps beyond {@code max} are left out.
   */
  public void sequence(int[] stepIds, int[] offsets, int max, int rows, int location, int stride) {
    int[] kept = new int[rows + 1];
    for (int r = 0; r < rows; r++) {
      kept[r + 1] = kept[r] + Math.min(max, offsets[r + 1] - offsets[r]);
    }
    int at = begin(kept[rows], rows, kept);
    for (int r = 0; r < rows; r++) {
      for (int p = 0; p < kept[r + 1] - kept[r]; p++) {
        ids[at + kept[r] + p] = stepIds[offsets[r] + p];
        locations[at + kept[r] + p] = location + (r * max + p) * stride;
      }
    }
    if (scaled) {
      Arrays.fill(scales, at, at + kept[rows], 1f);
    }
  }

  private int begin(int count, int rows, int @Nullable [] offsets) {
    int at = size;
    size += count;
    if (ids.length < size) {
      int capacity = Math.max(size, ids.length + (ids.length >> 1));
      ids = Arrays.copyOf(ids, capacity);
      locations = Arrays.copyOf(locations, capacity);
      scales = Arrays.copyOf(scales, capacity);
    }
    if (groupCount == groups.length) {
      groups = Arrays.copyOf(groups, 2 * groupCount);
    }
    groups[groupCount++] = new Group(at, rows, offsets);
    return at;
  }

  private void scale(int at) {
    if (!scaled) {
      Arrays.fill(scales, 0, at, 1f);
      scaled = true;
    }
  }

  /**
   * Finds the distinct rows, in ascending order, each with its lookups in order.
   *
   * @param tableRows ids must be below
   * @throws IllegalArgumentException for an id outside the table, named
   */
  public void sort(int tableRows) {
    if (keys.length < size) {
      keys = new long[ids.length];
      spare = new long[ids.length];
      rowIds = new int[ids.length];
      rowStarts = new int[ids.length + 1];
    }
    for (int i = 0; i < size; i++) {
      keys[i] = ((long) ids[i] << 32) | i;
    }
    radixSort(Math.max(1, 32 - Integer.numberOfLeadingZeros(tableRows - 1)));
    check(tableRows);
    distinct = 0;
    int previous = -1;
    for (int i = 0; i < size; i++) {
      int id = (int) (keys[i] >>> 32);
      if (id != previous) {
        rowIds[distinct] = id;
        rowStarts[distinct++] = i;
        previous = id;
      }
    }
    rowStarts[distinct] = size;
  }

  private void check(int tableRows) {
    for (int i = 0; i < size; i++) {
      if (ids[i] < 0 || ids[i] >= tableRows) {
        throw new IllegalArgumentException(
            "id "
                + ids[i]
                + " is outside a table of "
                + tableRows
                + " rows (0 … "
                + (tableRows - 1)
                + ")");
      }
    }
  }

  /** Stable, least significant digit first, at most 12 bits at a time. */
  private void radixSort(int bits) {
    int passes = (bits + 11) / 12;
    int width = (bits + passes - 1) / passes;
    int mask = (1 << width) - 1;
    int[] starts = new int[mask + 2];
    for (int pass = 0; pass < passes; pass++) {
      int shift = 32 + pass * width;
      Arrays.fill(starts, 0);
      for (int i = 0; i < size; i++) {
        starts[((int) (keys[i] >>> shift) & mask) + 1]++;
      }
      for (int d = 1; d < starts.length; d++) {
        starts[d] += starts[d - 1];
      }
      for (int i = 0; i < size; i++) {
        long key = keys[i];
        spare[starts[(int) (key >>> shift) & mask]++] = key;
      }
      long[] sorted = spare;
      spare = keys;
      keys = sorted;
    }
  }

  /** Number of lookups. */
  public int size() {
    return size;
  }

  /**
   * Adds to {@code counts}, one per table row, how often each is looked up; stops at the largest.
   */
  public void count(int[] counts) {
    for (int i = 0; i < size; i++) {
      int id = ids[i];
      counts[id] += counts[id] == Integer.MAX_VALUE ? 0 : 1;
    }
  }

  /**
   * The gradient of distinct row {@code u}: the sum over its lookups. Known after {@link #sort}.
   *
   * @param gradients in the layout of the lookups' locations
   * @param into [dim], replaced
   */
  public void gradient(int u, float[] gradients, double[] into) {
    Arrays.fill(into, 0);
    for (int k = rowStarts[u]; k < rowStarts[u + 1]; k++) {
      int lookup = lookup(k);
      double scale = scaled ? scales[lookup] : 1;
      for (int c = 0; c < into.length; c++) {
        into[c] += scale * gradients[locations[lookup] + c];
      }
    }
  }

  /** Number of distinct rows; known after {@link #sort}. */
  public int distinct() {
    return distinct;
  }

  /** Distinct row {@code u}, ascending in {@code u}. */
  public int row(int u) {
    return rowIds[u];
  }

  /**
   * True when any lookup is pooled or carries a factor: {@link EmbeddingTable#gather} then adds to
   * what stands at the locations.
   */
  public boolean adds() {
    return scaled;
  }

  /** The lookup at sorted position {@code k}. */
  int lookup(int k) {
    return (int) keys[k];
  }

  int groups() {
    return groupCount;
  }

  /** First lookup of group {@code g} that belongs to batch row {@code row} or a later one. */
  int from(int g, int row) {
    return groups[g].from(Math.min(row, groups[g].rows));
  }

  /** Work-balanced cut: the first distinct row of part {@code part} of {@code parts}. */
  public int cut(int part, int parts) {
    if (part <= 0) {
      return 0;
    }
    if (part >= parts) {
      return distinct;
    }
    int target = (int) ((long) size * part / parts);
    int at = Arrays.binarySearch(rowStarts, 0, distinct, target);
    return at >= 0 ? at : -at - 1;
  }
}
