package dev.tandem.scoring;

import dev.tandem.feature.Batch;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Encoded rows for the models of {@link ModelSamples}, and tables of nine rows. */
final class EncodedSamples {
  private EncodedSamples() {}

  static Map<String, RowTable> tables(Graph graph, InputLayout layout) {
    Map<String, RowTable> tables = new HashMap<>();
    SplittableRandom random = new SplittableRandom(3);
    for (Input input : graph.inputs()) {
      String suffix = input.name().startsWith("fields.") ? "@" + input.name().substring(7) : "";
      boolean linear = input.name().equals("linear");
      for (FieldSlot slot : layout.fields()) {
        int width = linear ? 1 : slot.dim();
        float[] rows = new float[9 * width];
        for (int i = 0; i < rows.length; i++) {
          rows[i] = (float) random.nextDouble(-0.5, 0.5);
        }
        tables.putIfAbsent(
            (linear ? "linear." : "") + slot.table() + suffix, RowTable.of(rows, width));
      }
    }
    return tables;
  }

  static Batch batch(InputLayout layout, int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Batch batch = new Batch(layout, 1);
    batch.resize(rows);
    for (int f = 0; f < layout.fields().size(); f++) {
      if (layout.fields().get(f).pooling() == Pooling.NONE) {
        for (int r = 0; r < rows; r++) {
          batch.ids(f)[r] = random.nextInt(9);
        }
      } else {
        int[] ids = batch.reserveIds(f, 3 * rows);
        for (int r = 0; r < rows; r++) {
          batch.offsets(f)[r + 1] = batch.offsets(f)[r] + random.nextInt(4);
          for (int i = batch.offsets(f)[r]; i < batch.offsets(f)[r + 1]; i++) {
            ids[i] = random.nextInt(9);
          }
        }
      }
    }
    for (int i = 0; i < rows * layout.numbers().size(); i++) {
      batch.numbers()[i] = (float) random.nextDouble(-1, 1);
    }
    for (int s = 0; s < layout.sequences().size(); s++) {
      batch.reserveSteps(s, 5 * rows);
      for (int r = 0; r < rows; r++) {
        batch.sequenceOffsets(s)[r + 1] = batch.sequenceOffsets(s)[r] + 1 + random.nextInt(4);
      }
      for (int i = 0; rows > 0 && i < batch.sequenceOffsets(s)[rows]; i++) {
        batch.sequenceIds(s, 0)[i] = random.nextInt(9);
      }
    }
    return batch;
  }

  /** The candidates with the request's part in every row. */
  static Batch both(InputLayout layout, Batch user, Batch items) {
    Batch both = batch(layout, items.rows(), 2);
    for (int f = 0; f < layout.fields().size(); f++) {
      switch (layout.fields().get(f).side()) {
        case USER, CONTEXT -> Arrays.fill(both.ids(f), user.ids(f)[0]);
        case ITEM, UNKNOWN -> {
          // as it is
        }
      }
    }
    int n = layout.numbers().size();
    for (int r = 0; n > 0 && r < both.rows(); r++) {
      both.numbers()[r * n + 1] = user.numbers()[1];
    }
    for (int s = 0; s < layout.sequences().size(); s++) {
      int steps = user.sequenceOffsets(s)[1];
      both.reserveSteps(s, steps * both.rows());
      for (int r = 0; r < both.rows(); r++) {
        both.sequenceOffsets(s)[r + 1] = (r + 1) * steps;
        System.arraycopy(user.sequenceIds(s, 0), 0, both.sequenceIds(s, 0), r * steps, steps);
      }
    }
    return both;
  }
}
