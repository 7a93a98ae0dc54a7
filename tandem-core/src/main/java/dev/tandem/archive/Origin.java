package dev.tandem.archive;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a model comes from: enough to repeat the run.
 *
 * @param command the exact command that was typed
 * @param runHash hash of everything that the run depends on: configuration, data, seed
 * @param seed the run's seed
 * @param dataFingerprint fingerprint of the input files, SQL and feature configuration
 * @param build which Tandem wrote it
 */
public record Origin(
    String command, String runHash, long seed, String dataFingerprint, Build build) {
  /** An origin written by the running Tandem. */
  public Origin(String command, String runHash, long seed, String dataFingerprint) {
    this(command, runHash, seed, dataFingerprint, Build.current());
  }

  Map<String, String> properties() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("command", command);
    map.put("run_hash", runHash);
    map.put("seed", Long.toString(seed));
    map.put("data_fingerprint", dataFingerprint);
    map.put("version", build.version());
    map.put("revision", build.revision());
    return map;
  }

  static Origin of(Map<String, String> properties) {
    return new Origin(
        properties.getOrDefault("command", ""),
        properties.getOrDefault("run_hash", ""),
        Long.parseLong(properties.getOrDefault("seed", "0")),
        properties.getOrDefault("data_fingerprint", ""),
        new Build(properties.getOrDefault("version", ""), properties.getOrDefault("revision", "")));
  }
}
