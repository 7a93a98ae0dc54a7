package dev.tandem.report;

import dev.tandem.feature.Batch;
import dev.tandem.ingest.RawRows;
import dev.tandem.schema.Task;
import dev.tandem.train.BlockSource;
import dev.tandem.train.StoredModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A stored model over labelled rows: its scores and how its gates used the experts, from one pass.
 *
 * @param scored predictions and labels
 * @param gates one per gate, in the order of the network
 */
public record Evaluated(ScoredRows scored, List<GateUse> gates) {
  public Evaluated {
    gates = List.copyOf(gates);
  }

  /** Rows as the model reads them, and what hears of every block. */
  @FunctionalInterface
  public interface Watch {
    /** Called for every block that was read. */
    void block(Batch block);
  }

  /**
   * Runs a model over files.
   *
   * @param name what to call it
   * @param model the model
   * @param files paths or globs
   * @param temporary directory for what is written on the way
   * @param watch hears of progress
   */
  public static Evaluated of(
      String name, StoredModel model, List<String> files, Path temporary, Watch watch) {
    try (RawRows rows = model.rows(files, true, temporary)) {
      BlockSource source =
          into -> {
            boolean more = rows.next(into);
            if (more) {
              watch.block(into);
            }
            return more;
          };
      return of(name, model, source);
    }
  }

  /** Runs a model over encoded blocks. */
  public static Evaluated of(String name, StoredModel model, BlockSource rows) {
    List<Task> tasks = model.preprocessor().tasks();
    ScoredRows scored = new ScoredRows(name, tasks, model.model().blueprint().moments());
    List<String> parameters = List.copyOf(model.model().parameters().keySet());
    Map<String, GateMeter> meters = new LinkedHashMap<>();
    model
        .model()
        .probe(
            rows,
            GateMeter::isGate,
            (block, predictions, probes) -> {
              scored.add(block, predictions);
              probes.forEach(
                  (probe, weights) -> {
                    if (!meters.containsKey(probe)) {
                      GateMeter.of(probe, tasks, parameters).ifPresent(m -> meters.put(probe, m));
                    }
                    GateMeter meter = meters.get(probe);
                    if (meter != null) {
                      meter.add(weights, block.rows());
                    }
                  });
            });
    List<GateUse> gates = new ArrayList<>();
    meters.values().forEach(m -> gates.add(m.use()));
    return new Evaluated(scored, gates);
  }
}
