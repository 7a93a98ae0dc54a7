package dev.tandem.cli;

import dev.tandem.ingest.RawRows;
import dev.tandem.train.StoredModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the logs lie that histories are joined from, as every command takes it: use as a mixin. */
final class SourceOption {
  @Option(
      names = "--source",
      paramLabel = "NAME=FILES",
      description = {
        "Files of a source that histories are joined from, where the rows do not bring them:",
        "--source log=events.parquet. May be repeated; without it the files that training joined."
      })
  private Map<String, String> sources = new LinkedHashMap<>();

  /** Opens rows for a model, with the histories that its sequences join from a log. */
  RawRows rows(StoredModel model, List<String> files, boolean labelled, Path temporary) {
    Map<String, List<String>> logs = new LinkedHashMap<>();
    sources.forEach((name, pattern) -> logs.put(name, List.of(pattern)));
    return model.rows(files, logs, labelled, temporary);
  }
}
