package dev.tandem.train;

import dev.tandem.config.OptimizerConfig;
import dev.tandem.config.TrainConfig;
import dev.tandem.feature.FittedTable;
import dev.tandem.graph.Cost;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.schema.SequenceSlot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a training run will take, known before it begins.
 *
 * @param tables the embedding tables with their sizes
 * @param parameters numbers that are trained outside the tables
 * @param flopsPerRow floating-point operations to score one row
 * @param stepFlopsPerRow floating-point operations that one row adds to a training step
 * @param steps steps of the whole training at most
 * @param tableBytes memory of the tables with what their optimiser keeps
 * @param denseBytes memory of the dense weights, their gradients and what their optimiser keeps
 * @param activationBytes memory of the values in the graph while a step runs, at most
 */
public record RunCost(
    List<FittedTable> tables,
    long parameters,
    long flopsPerRow,
    long stepFlopsPerRow,
    long steps,
    long tableBytes,
    long denseBytes,
    long activationBytes) {
  public RunCost {
    tables = List.copyOf(tables);
  }

  /**
   * The cost of a training.
   *
   * @param rows rows of the training part
   */
  public static RunCost of(Blueprint blueprint, TrainConfig config, long rows) {
    Graph step = TrainingGraph.of(blueprint, List.of());
    Map<String, Integer> sizes = new HashMap<>();
    for (SequenceSlot slot : blueprint.layout().sequences()) {
      sizes.put("L." + slot.name(), slot.max());
    }
    Cost scoring = Cost.of(Scorer.graph(blueprint), sizes);
    Cost training = Cost.of(step, sizes);
    List<FittedTable> tables =
        new TableInputs(step, blueprint.layout(), blueprint.tables()).tables();
    long numbers = tables.stream().mapToLong(t -> (long) t.rows() * t.dim()).sum();
    int copies = config.optimizer().embedding() instanceof OptimizerConfig.Adam ? 3 : 2;
    sizes.put("B", config.batch());
    long values = step.nodes().stream().mapToLong(n -> count(n, sizes)).sum();
    long perEpoch = Feed.stepsPerEpoch(rows, config.batch());
    return new RunCost(
        tables,
        training.parameters(),
        scoring.flopsPerRow(),
        training.flopsPerRow(),
        Math.min(config.epochs() * perEpoch, config.steps().orElse(Long.MAX_VALUE)),
        numbers * copies * Float.BYTES,
        training.parameters() * 5 * Float.BYTES,
        values * Float.BYTES);
  }

  private static long count(Node node, Map<String, Integer> sizes) {
    long n = 1;
    for (int size : node.shape().resolve(sizes)) {
      n *= size;
    }
    return n;
  }
}
