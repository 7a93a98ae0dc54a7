package dev.tandem.feature;

import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Labels and their states. A task within another has the other's observed positive rows as its
 * sample space: where the other is observed and not positive, or itself outside, the row is
 * outside; where the other is missing, so is this.
 */
final class LabelEncoder {
  private static final byte OBSERVED = LabelState.OBSERVED.code();
  private static final byte MISSING = LabelState.MISSING.code();
  private static final byte OUTSIDE = LabelState.OUTSIDE.code();

  private final List<Task> tasks;
  private final int[] parents; // -1: none
  private final int[] order; // parents before children
  private final List<Optional<TextVocabulary>> classes;
  private final List<Moments> moments;

  LabelEncoder(List<Task> tasks, Map<String, List<String>> classes, Map<String, Moments> moments) {
    this.tasks = List.copyOf(tasks);
    List<String> names = tasks.stream().map(Task::name).toList();
    this.parents =
        tasks.stream().mapToInt(t -> t.within().map(names::indexOf).orElse(-1)).toArray();
    this.order = order(parents);
    this.classes =
        tasks.stream()
            .map(t -> Optional.ofNullable(classes.get(t.name())).map(LabelEncoder::index))
            .toList();
    this.moments =
        tasks.stream().map(t -> moments.getOrDefault(t.name(), Moments.IDENTITY)).toList();
  }

  private static TextVocabulary index(List<String> classes) {
    TextVocabulary index = new TextVocabulary();
    classes.forEach(index::add);
    return index;
  }

  private static int[] order(int[] parents) {
    int[] order = new int[parents.length];
    boolean[] placed = new boolean[parents.length];
    int n = 0;
    while (n < order.length) {
      for (int t = 0; t < order.length; t++) {
        if (!placed[t] && (parents[t] < 0 || placed[parents[t]])) {
          placed[t] = true;
          order[n++] = t;
        }
      }
    }
    return order;
  }

  void encode(Block block, Batch into, EncodingCounts counts) {
    int stride = tasks.size();
    for (int t : order) {
      Optional<Column> column = block.labels().get(t);
      long malformed = 0;
      for (int r = 0; r < block.rows(); r++) {
        int at = r * stride + t;
        byte state = parents[t] < 0 ? OBSERVED : space(into, r * stride + parents[t]);
        float label = 0;
        if (state == OBSERVED) {
          if (column.isEmpty() || column.get().isNull(r)) {
            state = MISSING;
          } else {
            label = label(t, column.get(), r);
            if (Float.isNaN(label)) {
              malformed++;
              state = MISSING;
              label = 0;
            }
          }
        }
        into.labels()[at] = label;
        into.states()[at] = state;
      }
      counts.countMalformed("label of " + tasks.get(t).name(), malformed);
    }
  }

  private static byte space(Batch batch, int parent) {
    byte state = batch.states()[parent];
    return state == OBSERVED && batch.labels()[parent] != 1 ? OUTSIDE : state;
  }

  /** The encoded label, NaN when it is none. */
  private float label(int task, Column column, int r) {
    TaskKind kind = tasks.get(task).kind();
    if (kind == TaskKind.MULTICLASS) {
      TextColumn texts = (TextColumn) column;
      int start = texts.offsets[r];
      int id =
          classes
              .get(task)
              .map(c -> c.id(texts.bytes, start, texts.offsets[r + 1] - start))
              .orElse(0);
      return id == 0 ? Float.NaN : id - 1;
    }
    double value = ((RealColumn) column).values[r];
    if (kind == TaskKind.BINARY) {
      return value == 0 || value == 1 ? (float) value : Float.NaN;
    }
    return Double.isFinite(value) ? (float) moments.get(task).standardise(value) : Float.NaN;
  }

  /** Counts what the block's labels are, leaving out the rows in {@code skip}. */
  void observe(Block block, BitSet skip, Statistics statistics) {
    Batch states =
        new Batch(new InputLayout(List.of(), List.of(), List.of(), List.of()), tasks.size());
    states.resize(block.rows());
    encode(block, states, new EncodingCounts());
    for (int t = 0; t < tasks.size(); t++) {
      Statistics.Labels seen = statistics.labels(tasks.get(t).name());
      Optional<Column> column = block.labels().get(t);
      for (int r = 0; r < block.rows(); r++) {
        if (skip.get(r)) {
          continue;
        }
        boolean present = column.isPresent() && !column.get().isNull(r);
        if (present && column.get() instanceof TextColumn texts) {
          seen.countValue(
              new String(
                  texts.bytes,
                  texts.offsets[r],
                  texts.offsets[r + 1] - texts.offsets[r],
                  StandardCharsets.UTF_8));
        }
        LabelState state = LabelState.of(states.states()[r * tasks.size() + t]);
        double value = present && column.get() instanceof RealColumn reals ? reals.values[r] : 0;
        seen.count(state, value);
        if (state == LabelState.OUTSIDE && value == 1 && tasks.get(t).kind() == TaskKind.BINARY) {
          seen.countContradiction();
        }
        if (state == LabelState.OBSERVED && isUnpreceded(states, r, t)) {
          seen.countUnpreceded();
        }
        if (present
            && state == LabelState.MISSING
            && column.get() instanceof RealColumn
            && !valid(tasks.get(t).kind(), value)) {
          seen.countInvalid(value);
        }
      }
    }
  }

  private boolean isUnpreceded(Batch states, int row, int task) {
    int at = row * tasks.size() + task;
    return task > 0
        && tasks.get(task).kind() == TaskKind.BINARY
        && tasks.get(task - 1).kind() == TaskKind.BINARY
        && states.labels()[at] == 1
        && states.states()[at - 1] == OBSERVED
        && states.labels()[at - 1] == 0;
  }

  private static boolean valid(TaskKind kind, double value) {
    return kind == TaskKind.BINARY ? value == 0 || value == 1 : Double.isFinite(value);
  }
}
