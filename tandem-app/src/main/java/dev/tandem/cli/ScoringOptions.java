package dev.tandem.cli;

import dev.tandem.ingest.RawRows;
import dev.tandem.scoring.GoldenRows;
import dev.tandem.train.ScoringRuntime;
import dev.tandem.train.StoredModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  @Option(
      names = "--source",
      paramLabel = "NAME=FILES",
      description = {
        "Files of a source that histories are joined from, where the rows do not bring them:",
        "--source log=events.parquet. May be repeated."
      })
  private Map<String, String> sources = new LinkedHashMap<>();

  /** Opens rows for a model, with the histories that its sequences join from a log. */
  RawRows rows(StoredModel model, List<String> files, boolean labelled, Path temporary) {
    Map<String, List<String>> logs = new LinkedHashMap<>();
    sources.forEach((name, pattern) -> logs.put(name, List.of(pattern)));
    return model.rows(files, logs, labelled, temporary);
  }

  StoredModel open(Path archive) {
    return StoredModel.open(
        archive, runtime, verify ? GoldenRows.Replay.ALL : GoldenRows.Replay.SOME);
  }
}
