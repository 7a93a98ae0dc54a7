package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.config.LossConfig;
import dev.tandem.embedding.CounterRandom;
import dev.tandem.embedding.RowOptimizer;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.feature.LabelState;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Parameter;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Dtrn;
import dev.tandem.model.Independent;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedBottom;
import dev.tandem.onnx.GraphSession;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Histories of very different lengths in the chunks of a step. */
final class RaggedChunksTest {
  private static final int ROWS = 1024;
  private static final int LONGEST = 40;
  private static final int ITEMS = 50;
  private static final int DIM = 4;
  private static final List<Task> TASKS =
      List.of(Task.binary("click", "click"), Task.binary("like", "like"));

  /** A candidate and what its user watched; few users watched much. */
  private record Histories() implements EncodedData {
    static int steps(long row) {
      double share = new SplittableRandom(row).nextDouble();
      return (int) (share * share * share * (LONGEST + 1));
    }

    @Override
    public long rows() {
      return ROWS;
    }

    @Override
    public InputLayout layout() {
      return new InputLayout(
          List.of(new FieldSlot("item", "item", DIM, Pooling.NONE, false, Side.ITEM)),
          List.of(),
          List.of(),
          List.of(new SequenceSlot("watched", List.of("item"), List.of("item"), DIM, LONGEST)));
    }

    @Override
    public List<FittedTable> tables() {
      return List.of(new FittedTable("item", ITEMS, DIM));
    }

    @Override
    public void read(long[] numbers, int from, int count, Batch into) {
      into.resize(count);
      int at = 0;
      for (int r = 0; r < count; r++) {
        long row = numbers[from + r];
        SplittableRandom random = new SplittableRandom(row + 7);
        into.ids(0)[r] = random.nextInt(ITEMS);
        into.sequenceOffsets(0)[r] = at;
        int steps = steps(row);
        into.reserveSteps(0, at + steps);
        for (int i = 0; i < steps; i++) {
          into.sequenceIds(0, 0)[at++] = 1 + random.nextInt(ITEMS - 1);
        }
        into.weights()[r] = 1;
        for (int k = 0; k < TASKS.size(); k++) {
          into.labels()[r * TASKS.size() + k] = random.nextInt(2);
          into.states()[r * TASKS.size() + k] = LabelState.OBSERVED.code();
        }
      }
      into.sequenceOffsets(0)[count] = at;
    }
  }

  private static final Blueprint BLUEPRINT =
      new Blueprint(
          new Histories().layout(),
          new Histories().tables(),
          TASKS,
          Map.of(),
          new MultiTaskModel(
              Synthetic.read("{tim: {dropout: 0}}", Dtrn.class),
              Synthetic.read("bottom: [8]", SharedBottom.class),
              Mlp.of(List.of(4)),
              new Independent()));

  private static final LossConfig LOSS =
      new LossConfig(LossConfig.Reduction.SUM, LossConfig.Norm.MASK_SUM, LossConfig.Period.EPOCH);

  private final Graph graph = TrainingGraph.of(BLUEPRINT, List.of());
  private final TableInputs tables = new TableInputs(graph, BLUEPRINT.layout(), BLUEPRINT.tables());

  private PreparedBatch batch(boolean arranged) {
    PreparedBatch batch = new PreparedBatch(BLUEPRINT, tables, LOSS, arranged);
    long[] numbers = batch.rowNumbers(ROWS);
    for (int r = 0; r < ROWS; r++) {
      numbers[r] = r;
    }
    batch.prepare(new Histories(), ROWS);
    return batch;
  }

  /** What a pass in a number of chunks computes: loss, then gradients of weights and rows. */
  private List<double[]> pass(PreparedBatch batch, int count) {
    try (Workers workers = new Workers(1);
        GraphSession session = GraphSession.open(graph)) {
      Weights weights =
          Weights.initial(graph, tables.tables(), name -> new RowOptimizer.Sgd(0.1, 0), 1, workers);
      BatchInputs given =
          new BatchInputs(BLUEPRINT, batch, new float[] {1, 1}, CounterRandom.of(1, "x"), Map.of());
      float[] values = new float[tables.size(ROWS, batch.lengths())];
      float[] gradient = new float[values.length];
      double[] loss = new double[1];
      List<double[]> sums = new ArrayList<>(List.of(loss));
      try (Chunk chunk = new Chunk(session, tables, weights.dense(), Map.of())) {
        for (int c = 0; c < count; c++) {
          int from = TrainingStep.from(c, count, ROWS);
          int rows = TrainingStep.from(c + 1, count, ROWS) - from;
          chunk.features(batch, weights, values, from, rows);
          chunk.run(given.put(chunk, from, rows));
          loss[0] += chunk.scalar("loss");
          int at = 1;
          for (Parameter p : graph.parameters()) {
            float[] part = new float[p.shape().count().size()];
            chunk.get(TrainingGraph.GRADIENT + p.name(), part, 0, part.length);
            if (sums.size() == at) {
              sums.add(new double[part.length]);
            }
            double[] sum = sums.get(at++);
            for (int i = 0; i < part.length; i++) {
              sum[i] += part[i];
            }
          }
          for (int i = 0; i < tables.slabs().size(); i++) {
            String output = TrainingGraph.GRADIENT + tables.slabs().get(i).input();
            chunk.gradient(output, batch, i, gradient, from, rows);
          }
        }
      }
      for (int row = 0; row < ITEMS; row++) {
        double[] of = new double[DIM];
        for (int u = 0; u < batch.lookups()[0].distinct(); u++) {
          if (batch.lookups()[0].row(u) == row) {
            batch.lookups()[0].gradient(u, gradient, of);
          }
        }
        sums.add(of);
      }
      return sums;
    }
  }

  @Test
  void chunksPaddedToTheirOwnLongestAddUpToTheWholeBatch() {
    List<double[]> whole = pass(batch(false), 1);
    List<double[]> chunks = pass(batch(true), batch(true).chunks());
    assertThat(chunks).hasSameSizeAs(whole);
    for (int i = 0; i < whole.size(); i++) {
      for (int j = 0; j < whole.get(i).length; j++) {
        assertThat(chunks.get(i)[j]).isCloseTo(whole.get(i)[j], within(2e-6));
      }
    }
    assertThat(whole.get(whole.size() - 1)).isNotEqualTo(new double[DIM]);
  }

  @Test
  void rowsWithHistoriesOfSimilarLengthsStandTogether() {
    PreparedBatch batch = batch(true);
    assertThat(batch.chunks()).isEqualTo(4);
    List<Integer> lengths =
        IntStream.range(0, 4)
            .mapToObj(c -> tables.lengths(batch.batch(), 256 * c, 256)[0])
            .toList();
    assertThat(lengths).isSorted().startsWith(8).endsWith(LONGEST);
    assertThat(batch.lengths()).containsExactly(LONGEST);
    assertThat(tables.lengths(batch(false).batch(), 0, 256)[0]).isGreaterThan(32);
  }
}
