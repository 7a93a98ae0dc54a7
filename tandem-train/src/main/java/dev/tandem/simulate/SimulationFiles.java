package dev.tandem.simulate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The small files beside a simulated log: its description and a configuration that trains on it.
 */
final class SimulationFiles {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private SimulationFiles() {}

  static void write(SimulationReport report, Path out) {
    try {
      put(out.resolve("simulation.json"), JSON.writeValueAsString(report) + "\n");
      put(out.resolve("run.yaml"), configuration(report.simulation()));
    } catch (IOException e) {
      throw new DataException(
          "cannot write into %s: %s. Check that it is writable and has room.".formatted(out, e), e);
    }
  }

  static void put(Path file, String text) throws IOException {
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    Files.write(partial, text.getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String configuration(Simulation s) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("# Trains PLE on the simulated log beside this file.\n");
    yaml.append("data:\n");
    if (s.histories() == Histories.EVENTS) {
      yaml.append("  sources: {events: events.parquet}\n");
    }
    yaml.append(
        """
          train: train.parquet
          validation: validation.parquet
          test: test.parquet
        features:
          dim: %d
          numeric: {price: [log, quantile_buckets], duration: [log, quantile_buckets]}
          ids: [user_id, segment, age, gender, city, item_id, category, author_id, hour, weekday, device, position]
          sides:
            user: [user_id, segment, age, gender, city]
            item: [item_id, category, author_id, price, duration]
            context: [hour, weekday, device, position]
        """
            .formatted(s.hasHistories() ? 16 : 8));
    if (s.hasHistories()) {
      yaml.append("  sequences:\n");
      for (String type : History.TYPES) {
        yaml.append(
            s.histories() == Histories.COLUMNS
                ? "    %s: {sequence: item_id, max: %d, order: newest_first}\n"
                    .formatted(type, s.historyLength())
                : "    %s: {sequence: item_id, max: %d, events: {source: events, user: user_id, time: time, where: \"behaviour = '%s'\"}}\n"
                    .formatted(type, s.historyLength(), type));
      }
    }
    yaml.append("tasks: [click, long_view, like, follow, cart, buy]\n");
    yaml.append("group: user_id\n");
    yaml.append(
        """
        model:
          body: {type: ple, levels: 1, task_experts: 1, shared_experts: 2, expert_units: [64, 32]}
          towers: [16]
        train:
          epochs: 10
          batch: 2048
          optimizer: {dense: {adam: 0.001}, embedding: {adam: 0.001}}
          early_stopping: {metric: auc, patience: 2}
          seed: 1
        """);
    return yaml.toString();
  }
}
