package dev.tandem.cli;

import dev.tandem.scoring.GoldenRows;
import dev.tandem.train.ScoringRuntime;
import dev.tandem.train.StoredModel;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How a model archive is opened for scoring. */
final class ScoringOptions {
  @Option(
      names = "--runtime",
      defaultValue = "onnx",
      description = {
        "What computes the predictions: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).",
        "java needs no native code and leaves embedding tables on the disk."
      })
  private ScoringRuntime runtime = ScoringRuntime.ONNX;

  @Option(
      names = "--verify",
      description = "Replay every golden row of the archive, not only the first few.")
  private boolean verify;

  StoredModel open(Path archive) {
    return StoredModel.open(
        archive, runtime, verify ? GoldenRows.Replay.ALL : GoldenRows.Replay.SOME);
  }
}
