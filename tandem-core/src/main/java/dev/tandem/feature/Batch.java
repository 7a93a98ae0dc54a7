package dev.tandem.feature;

import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import java.util.Arrays;

/**
 * Encoded rows in plain arrays, reused from one step to the next by their owner. <b>Arrays may be
 * longer than the batch needs</b>: {@link #rows()} and the offsets say how much of them counts. Not
 * thread-safe.
 *
 * <p>Shapes: B rows, N numbers, K tasks. Id 0 is "missing or unknown".
 */
public final class Batch {
  private final InputLayout layout;
  private final int tasks;
  private final boolean[] multi;
  private final int[][] ids;
  private final int[][] offsets;
  private final float[][] factors;
  private final int[][] sequenceOffsets;
  private final int[][][] sequenceIds;
  private float[] numbers = {};
  private float[] labels = {};
  private byte[] states = {};
  private int[] groups = {};
  private float[] weights = {};
  private long[] rowNumbers = {};
  private int rows;

  /** An empty batch for rows of {@code layout} with {@code tasks} labels each. */
  public Batch(InputLayout layout, int tasks) {
    this.layout = layout;
    this.tasks = tasks;
    int fields = layout.fields().size();
    multi = new boolean[fields];
    ids = new int[fields][0];
    offsets = new int[fields][0];
    factors = new float[fields][0];
    for (int f = 0; f < fields; f++) {
      multi[f] = layout.fields().get(f).pooling() != Pooling.NONE;
    }
    int sequences = layout.sequences().size();
    sequenceOffsets = new int[sequences][0];
    sequenceIds = new int[sequences][][];
    for (int s = 0; s < sequences; s++) {
      sequenceIds[s] = new int[layout.sequences().get(s).tables().size()][0];
    }
  }

  /** What a row consists of. */
  public InputLayout layout() {
    return layout;
  }

  /** Number of tasks, K. */
  public int tasks() {
    return tasks;
  }

  /** Number of rows, B. */
  public int rows() {
    return rows;
  }

  /**
   * Ids of a field: [B] when single-valued, otherwise flat, row {@code r} from {@code
   * offsets(field)[r]}.
   */
  public int[] ids(int field) {
    return ids[field];
  }

  /** Where the ids of each row begin, [B+1]; of multi-valued fields only. */
  public int[] offsets(int field) {
    return offsets[field];
  }

  /** Factors of the ids, parallel to {@link #ids}; of weighted fields only. */
  public float[] factors(int field) {
    return factors[field];
  }

  /** Plain numbers, [B·N], row by row. */
  public float[] numbers() {
    return numbers;
  }

  /** Where the steps of each row begin, [B+1]. */
  public int[] sequenceOffsets(int sequence) {
    return sequenceOffsets[sequence];
  }

  /** Ids of one table of a sequence, one per step, flat; the most recent step of a row first. */
  public int[] sequenceIds(int sequence, int table) {
    return sequenceIds[sequence][table];
  }

  /** Labels, [B·K], row by row: 0 or 1, class index, or normalised value; 0 where not observed. */
  public float[] labels() {
    return labels;
  }

  /** Codes of {@link LabelState}, [B·K], row by row. */
  public byte[] states() {
    return states;
  }

  /** Group index of each row, [B]; 0 is "no group". */
  public int[] groups() {
    return groups;
  }

  /** Weight of each row, [B]. */
  public float[] weights() {
    return weights;
  }

  /** Number of each row in its data, [B]. */
  public long[] rowNumbers() {
    return rowNumbers;
  }

  /**
   * Makes room for {@code rows} rows and declares that many; what the arrays hold is then
   * undefined. Ids of multi-valued fields and sequences get their room by {@link #reserveIds} and
   * {@link #reserveSteps}.
   */
  public void resize(int rows) {
    this.rows = rows;
    int numberCount = layout.numbers().size();
    if (weights.length < rows || numbers.length < rows * numberCount) {
      for (int f = 0; f < ids.length; f++) {
        if (multi[f]) {
          offsets[f] = new int[rows + 1];
        } else {
          ids[f] = new int[rows];
          if (layout.fields().get(f).weighted()) {
            factors[f] = new float[rows];
          }
        }
      }
      for (int s = 0; s < sequenceOffsets.length; s++) {
        sequenceOffsets[s] = new int[rows + 1];
      }
      numbers = new float[rows * numberCount];
      labels = new float[rows * tasks];
      states = new byte[rows * tasks];
      groups = new int[rows];
      weights = new float[rows];
      rowNumbers = new long[rows];
    }
  }

  /**
   * Makes room for {@code size} ids (and factors) of a multi-valued field, keeping what is there;
   * the ids' array.
   */
  public int[] reserveIds(int field, int size) {
    if (ids[field].length < size) {
      ids[field] = Arrays.copyOf(ids[field], grown(size));
      if (layout.fields().get(field).weighted()) {
        factors[field] = Arrays.copyOf(factors[field], ids[field].length);
      }
    }
    return ids[field];
  }

  /**
   * Makes room for {@code size} steps of a sequence in each of its tables, keeping what is there.
   */
  public void reserveSteps(int sequence, int size) {
    int[][] tables = sequenceIds[sequence];
    for (int t = 0; t < tables.length; t++) {
      if (tables[t].length < size) {
        tables[t] = Arrays.copyOf(tables[t], grown(size));
      }
    }
  }

  private static int grown(int size) {
    return Math.max(16, size + size / 2);
  }
}
