package dev.tandem.feature;

import dev.tandem.schema.SequenceFeature;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A row's steps, the most recent first, at most {@code feature.max()}: one id per step and table.
 * All columns of the steps must list the same number of them: other rows are not trained on; where
 * they are scored, the missing steps of the shorter columns are id 0 and the columns count as
 * malformed. When the times of the steps are known, steps that are not in the declared order are
 * sorted; those of equal times stay as they are.
 *
 * @param sequence place in the layout
 * @param inputs one per vocabulary, then, with {@code ages}, the steps' times and the row's own
 * @param vocabularies of the steps' columns
 */
record SequenceEncoder(
    int sequence,
    SequenceFeature feature,
    List<InputColumn> inputs,
    List<Vocabulary> vocabularies,
    Optional<Split> separator,
    Optional<StepAges> ages)
    implements Encoder {
  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    int[] offsets = into.sequenceOffsets(sequence);
    Ids[] ids = new Ids[vocabularies.size()];
    for (int t = 0; t < ids.length; t++) {
      ids[t] = new Ids(columns.get(t), vocabularies.get(t), separator);
    }
    boolean oldestFirst = feature.order() == SequenceFeature.Order.OLDEST_FIRST;
    Optional<Times> times = ages.map(a -> new Times(columns, ids.length, separator, oldestFirst));
    int size = 0;
    long cut = 0;
    for (int r = 0; r < rows; r++) {
      offsets[r] = size;
      int length = 0;
      for (Ids column : ids) {
        length = Math.max(length, column.row(r));
      }
      for (Ids column : ids) {
        column.compare(r, length);
      }
      int kept = Math.min(feature.max(), length);
      cut += kept < length ? 1 : 0;
      into.reserveSteps(sequence, size + kept);
      int[] order = {};
      if (times.isPresent()) {
        order = times.get().row(r, length);
        int[] to = into.sequenceIds(sequence, ids.length);
        for (int k = 0; k < kept; k++) {
          to[size + k] = ages.get().id(times.get().now, times.get().of(order[k]));
        }
      }
      for (int t = 0; t < ids.length; t++) {
        int[] to = into.sequenceIds(sequence, t);
        for (int k = 0; k < kept; k++) {
          to[size + k] = ids[t].id(order.length > 0 ? order[k] : oldestFirst ? length - 1 - k : k);
        }
      }
      size += kept;
    }
    offsets[rows] = size;
    for (int t = 0; t < ids.length; t++) {
      counts.countUnseen(inputs.get(t).name(), ids[t].unseen);
      counts.countMalformed(inputs.get(t).name(), ids[t].shorter);
    }
    counts.countSteps(feature.name(), cut, times.map(t -> t.sorted).orElse(0L));
  }

  /** Steps that were joined from a log agree by themselves; of them only the ages are looked at. */
  @Override
  public List<InputColumn> observed() {
    boolean joined = feature.events().isPresent();
    if (ages.isPresent()) {
      return joined ? inputs.subList(vocabularies.size(), inputs.size()) : inputs;
    }
    return joined || inputs.size() == 1 ? List.of() : inputs;
  }

  @Override
  public void check(List<Column> columns, int rows, BadRow bad) {
    int lists = ages.isPresent() ? columns.size() - 1 : columns.size();
    for (int r = 0; r < rows; r++) {
      int first = length(columns.get(0), r);
      for (int t = 1; t < lists; t++) {
        int other = length(columns.get(t), r);
        if (other != first) {
          bad.accept(
              r,
              "sequence %s: column %s lists %d steps, column %s %d"
                  .formatted(
                      feature.name(), inputs.get(0).name(), first, inputs.get(t).name(), other));
          break;
        }
      }
    }
  }

  private int length(Column column, int r) {
    if (column.isNull(r)) {
      return 0;
    } else if (column instanceof ListColumn lists) {
      return lists.offsets[r + 1] - lists.offsets[r];
    }
    TextColumn texts = (TextColumn) column;
    int[] count = {0};
    separator
        .orElseThrow()
        .pieces(texts.bytes, texts.offsets[r], texts.offsets[r + 1], (b, from, to) -> count[0]++);
    return count[0];
  }

  @Override
  public void observe(List<Column> columns, int rows, BitSet skip, Statistics statistics) {
    if (ages.isEmpty()) {
      return;
    }
    Sample sample = statistics.sample(ages.get().slot());
    Times times = new Times(columns, columns.size() - 2, separator, true);
    for (int r = 0; r < rows; r++) {
      int length = skip.get(r) ? 0 : length(columns.get(columns.size() - 2), r);
      times.read(r, length);
      for (int k = 0; k < length; k++) {
        double age = times.now - times.of(k);
        if (age > 0 && age < Double.POSITIVE_INFINITY) {
          sample.add(age);
        }
      }
    }
  }

  /** The elements of one column in one row after the other, as ids. */
  private static final class Ids {
    private final Column column;
    private final Vocabulary vocabulary;
    private final Optional<Split> separator;
    private int[] ids = new int[64];
    private int length;
    private long unseen;
    private long shorter; // rows in which it lists fewer steps than another column

    Ids(Column column, Vocabulary vocabulary, Optional<Split> separator) {
      this.column = column;
      this.vocabulary = vocabulary;
      this.separator = separator;
    }

    int row(int r) {
      length = 0;
      if (column.isNull(r)) {
        return 0;
      }
      if (column instanceof ListColumn lists) {
        int from = lists.offsets[r];
        int n = lists.offsets[r + 1] - from;
        reserve(n);
        unseen += Keys.lookup(lists.elements, from, n, vocabulary, ids, 0);
        length = n;
      } else {
        TextColumn texts = (TextColumn) column;
        separator
            .orElseThrow()
            .pieces(texts.bytes, texts.offsets[r], texts.offsets[r + 1], this::piece);
      }
      return length;
    }

    void compare(int r, int longest) {
      shorter += length < longest && !column.isNull(r) ? 1 : 0;
    }

    int id(int step) {
      return step < length ? ids[step] : 0;
    }

    private void piece(byte[] bytes, int from, int to) {
      reserve(length + 1);
      int id = ((TextVocabulary) vocabulary).id(bytes, from, to - from);
      unseen += id == 0 ? 1 : 0;
      ids[length++] = id;
    }

    private void reserve(int n) {
      if (ids.length < n) {
        ids = Arrays.copyOf(ids, n * 2);
      }
    }
  }

  /** The times of the steps in one row after the other, and the order that follows from them. */
  private static final class Times {
    private final Column column;
    private final RealColumn rows;
    private final Optional<Split> separator;
    private final boolean oldestFirst;
    private double[] times = new double[64];
    private int[] order = new int[64];
    private int length;
    private double now;
    private long sorted;

    /** The times are column {@code at}, the rows' own the next. */
    Times(List<Column> columns, int at, Optional<Split> separator, boolean oldestFirst) {
      this.column = columns.get(at);
      this.rows = (RealColumn) columns.get(at + 1);
      this.separator = separator;
      this.oldestFirst = oldestFirst;
    }

    /** Reads a row's times; of its {@code steps} those without one have none. */
    void read(int r, int steps) {
      now = rows.isNull(r) ? Double.NaN : rows.values[r];
      length = 0;
      if (times.length < steps) {
        times = new double[2 * steps];
        order = new int[2 * steps];
      }
      if (column.isNull(r)) {
        return;
      } else if (column instanceof ListColumn lists) {
        RealColumn elements = (RealColumn) lists.elements;
        int from = lists.offsets[r];
        for (int e = from; e < lists.offsets[r + 1] && length < steps; e++) {
          times[length++] = elements.isNull(e) ? Double.NaN : elements.values[e];
        }
      } else {
        TextColumn texts = (TextColumn) column;
        separator
            .orElseThrow()
            .pieces(
                texts.bytes,
                texts.offsets[r],
                texts.offsets[r + 1],
                (bytes, from, to) -> {
                  if (length < steps) {
                    times[length++] = parse(bytes, from, to);
                  }
                });
      }
    }

    private static double parse(byte[] bytes, int from, int to) {
      try {
        return Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }

    double of(int step) {
      return step < length ? times[step] : Double.NaN;
    }

    /** The row's steps, the most recent first; as they stand when not every time is known. */
    int[] row(int r, int steps) {
      read(r, steps);
      for (int k = 0; k < steps; k++) {
        order[k] = oldestFirst ? steps - 1 - k : k;
      }
      boolean inOrder = true;
      for (int k = 1; k < steps; k++) {
        inOrder &= of(order[k]) <= of(order[k - 1]);
      }
      boolean known = length == steps;
      for (int k = 0; k < length; k++) {
        known &= Double.isFinite(times[k]);
      }
      if (!inOrder && known) {
        sort(steps); // keeps equal times in place
        sorted++;
      }
      return order;
    }

    private void sort(int steps) {
      Integer[] sorting = new Integer[steps];
      Arrays.setAll(sorting, k -> order[k]);
      Arrays.sort(sorting, (a, b) -> Double.compare(times[b], times[a]));
      Arrays.setAll(order, k -> k < steps ? sorting[k] : 0);
    }
  }
}
