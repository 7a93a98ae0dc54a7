package dev.tandem.inspect;

import dev.tandem.feature.Batch;
import dev.tandem.schema.DenseFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Pooling;
import dev.tandem.train.BlockSource;
import dev.tandem.train.StoredModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Encoded rows in memory, from which others are put together feature by feature: what the model
 * would have seen had a feature had another row's value. Features that read the same columns, such
 * as a column and a cross with it, are varied apart from each other. Immutable once read.
 */
final class RowPool {
  private final StoredModel model;
  private final List<Batch> blocks;
  private final int[] starts; // first row of every block, and the number of rows
  private final List<Slots> features;

  /** The places of one feature in an encoded row. */
  private static final class Slots {
    final int[] fields;
    final int[] numbers;
    final int[] sequences;

    Slots(Set<String> names, InputLayout layout) {
      fields =
          IntStream.range(0, layout.fields().size())
              .filter(i -> names.contains(layout.fields().get(i).name()))
              .toArray();
      numbers =
          IntStream.range(0, layout.numbers().size())
              .filter(i -> names.contains(layout.numbers().get(i)))
              .toArray();
      sequences =
          IntStream.range(0, layout.sequences().size())
              .filter(i -> names.contains(layout.sequences().get(i).name()))
              .toArray();
    }
  }

  /** Which row gives a feature's value. */
  @FunctionalInterface
  interface Source {
    /** Row of the pool that the value of {@code feature} in row {@code row} comes from. */
    int of(int row, int feature);
  }

  private RowPool(StoredModel model, List<Batch> blocks) {
    this.model = model;
    this.blocks = List.copyOf(blocks);
    this.starts = new int[blocks.size() + 1];
    for (int b = 0; b < blocks.size(); b++) {
      starts[b + 1] = starts[b] + blocks.get(b).rows();
    }
    this.features =
        model.preprocessor().schema().features().stream()
            .map(f -> slots(f, model.preprocessor().layout()))
            .toList();
  }

  /** The first rows of a source: whole blocks, until there are at least {@code least}. */
  static RowPool read(StoredModel model, BlockSource source, int least) {
    List<Batch> blocks = new ArrayList<>();
    int rows = 0;
    Batch next = model.preprocessor().newBatch();
    while (rows < least && source.next(next)) {
      blocks.add(next);
      rows += next.rows();
      next = model.preprocessor().newBatch();
    }
    return new RowPool(model, blocks);
  }

  private static Slots slots(Feature feature, InputLayout layout) {
    Set<String> names = new HashSet<>(Set.of(feature.name()));
    if (feature instanceof NumericFeature number) {
      number.encodings().forEach(e -> names.add(number.slot(e)));
    } else if (feature instanceof DenseFeature dense) {
      IntStream.range(0, dense.size()).mapToObj(dense::slot).forEach(names::add);
    }
    return new Slots(names, layout);
  }

  /** Number of rows. */
  int rows() {
    return starts[blocks.size()];
  }

  /** The blocks in order. */
  List<Batch> blocks() {
    return blocks;
  }

  /** Names of the features, in the order of their numbers. */
  List<String> features() {
    return model.preprocessor().schema().features().stream().map(Feature::name).toList();
  }

  /**
   * Rows put together from this pool's, without labels.
   *
   * @param rows how many
   * @param blockRows rows per block at most
   */
  BlockSource mixed(long rows, int blockRows, Source source) {
    long[] done = {0};
    return into -> {
      int count = (int) Math.min(blockRows, rows - done[0]);
      if (count == 0) {
        return false;
      }
      into.resize(count);
      for (int r = 0; r < count; r++) {
        int row = Math.toIntExact(done[0] + r);
        for (int f = 0; f < features.size(); f++) {
          copy(features.get(f), source.of(row, f), into, r);
        }
        into.groups()[r] = 0;
        into.weights()[r] = 1;
        into.rowNumbers()[r] = row;
      }
      done[0] += count;
      return true;
    };
  }

  private void copy(Slots slots, int from, Batch into, int r) {
    int b = block(from);
    Batch block = blocks.get(b);
    int row = from - starts[b];
    InputLayout layout = block.layout();
    for (int f : slots.fields) {
      boolean weighted = layout.fields().get(f).weighted();
      if (layout.fields().get(f).pooling() == Pooling.NONE) {
        into.ids(f)[r] = block.ids(f)[row];
        if (weighted) {
          into.factors(f)[r] = block.factors(f)[row];
        }
      } else {
        bag(block, row, into, r, f, weighted);
      }
    }
    int width = layout.numbers().size();
    for (int n : slots.numbers) {
      into.numbers()[r * width + n] = block.numbers()[row * width + n];
    }
    for (int s : slots.sequences) {
      steps(block, row, into, r, s);
    }
  }

  private static void bag(Batch from, int row, Batch into, int r, int field, boolean weighted) {
    int start = from.offsets(field)[row];
    int length = from.offsets(field)[row + 1] - start;
    into.offsets(field)[0] = 0;
    int at = into.offsets(field)[r];
    into.reserveIds(field, at + length);
    System.arraycopy(from.ids(field), start, into.ids(field), at, length);
    if (weighted) {
      System.arraycopy(from.factors(field), start, into.factors(field), at, length);
    }
    into.offsets(field)[r + 1] = at + length;
  }

  private static void steps(Batch from, int row, Batch into, int r, int sequence) {
    int start = from.sequenceOffsets(sequence)[row];
    int length = from.sequenceOffsets(sequence)[row + 1] - start;
    into.sequenceOffsets(sequence)[0] = 0;
    int at = into.sequenceOffsets(sequence)[r];
    into.reserveSteps(sequence, at + length);
    int tables = into.layout().sequences().get(sequence).tables().size();
    for (int t = 0; t < tables; t++) {
      System.arraycopy(
          from.sequenceIds(sequence, t), start, into.sequenceIds(sequence, t), at, length);
    }
    into.sequenceOffsets(sequence)[r + 1] = at + length;
  }

  private int block(int row) {
    int at = java.util.Arrays.binarySearch(starts, row);
    return at >= 0 ? at : -at - 2;
  }
}
