package dev.tandem.report;

import dev.tandem.feature.Batch;
import dev.tandem.ingest.RawRows;
import dev.tandem.inspect.GateMeters;
import dev.tandem.inspect.GateUse;
import dev.tandem.train.BlockSource;
import dev.tandem.train.Blueprint;
import dev.tandem.train.StoredModel;
import dev.tandem.train.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A stored model over labelled rows: its scores and how its gates used the experts, from one pass.
 *
 * @param scored predictions and labels
 * @param uncalibrated the same without the model's calibration; empty if it has none
 * @param gates one per gate, in the order of the network
 */
public record Evaluated(ScoredRows scored, Optional<ScoredRows> uncalibrated, List<GateUse> gates) {
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
    TrainedModel trained = model.model();
    ScoredRows scored = rows(name, model);
    Optional<ScoredRows> uncalibrated =
        trained.calibration().tasks().isEmpty() ? Optional.empty() : Optional.of(rows(name, model));
    GateMeters gates = new GateMeters(model, List.of());
    trained.probeUncorrected(
        rows,
        GateMeters::isGate,
        (block, predictions, probes) -> {
          uncalibrated.ifPresent(raw -> raw.add(block, predictions));
          trained.correct(block, predictions);
          scored.add(block, predictions);
          gates.add(block, probes);
        });
    return new Evaluated(scored, uncalibrated, gates.gates());
  }

  private static ScoredRows rows(String name, StoredModel model) {
    Blueprint blueprint = model.model().blueprint();
    return new ScoredRows(name, blueprint.tasks(), blueprint.products(), blueprint.moments());
  }
}
