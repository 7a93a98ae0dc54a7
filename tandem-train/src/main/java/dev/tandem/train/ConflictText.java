package dev.tandem.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measured conflicts as JSON; undefined cosines are null. */
final class ConflictText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ConflictText() {}

  /** The archive's part: {@code {"tasks": […], "epochs": […]}}. */
  static String write(List<String> tasks, List<Conflict> conflicts) {
    ObjectNode root = JSON.createObjectNode();
    tasks.forEach(root.putArray("tasks")::add);
    root.set("epochs", nodes(conflicts));
    return root.toPrettyString() + "\n";
  }

  /** What {@link #write} wrote. */
  static List<Conflict> read(String text) {
    try {
      return conflicts(JSON.readTree(text).path("epochs"));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  static ArrayNode nodes(List<Conflict> conflicts) {
    ArrayNode all = JSON.createArrayNode();
    for (Conflict c : conflicts) {
      ObjectNode one = all.addObject();
      one.put("epoch", c.epoch()).put("step", c.step()).put("batches", c.batches());
      ArrayNode blocks = one.putArray("blocks");
      for (Conflict.Block b : c.blocks()) {
        ObjectNode block = blocks.addObject();
        block.put("name", b.name()).put("kind", b.kind().name().toLowerCase(Locale.ROOT));
        block.set("cosines", matrix(b.cosines()));
        block.set("opposed", matrix(b.opposed()));
      }
    }
    return all;
  }

  static List<Conflict> conflicts(JsonNode array) {
    List<Conflict> all = new ArrayList<>();
    for (JsonNode one : array) {
      List<Conflict.Block> blocks = new ArrayList<>();
      for (JsonNode b : one.path("blocks")) {
        blocks.add(
            new Conflict.Block(
                b.path("name").asText(),
                Conflict.Kind.valueOf(b.path("kind").asText().toUpperCase(Locale.ROOT)),
                matrix(b.path("cosines")),
                matrix(b.path("opposed"))));
      }
      all.add(
          new Conflict(
              one.path("epoch").asLong(),
              one.path("step").asLong(),
              one.path("batches").asInt(),
              blocks));
    }
    return all;
  }

  private static ArrayNode matrix(List<List<Double>> rows) {
    ArrayNode matrix = JSON.createArrayNode();
    for (List<Double> row : rows) {
      ArrayNode cells = matrix.addArray();
      row.forEach(
          v -> {
            if (Double.isNaN(v)) {
              cells.addNull();
            } else {
              cells.add(v);
            }
          });
    }
    return matrix;
  }

  private static List<List<Double>> matrix(JsonNode rows) {
    List<List<Double>> matrix = new ArrayList<>();
    for (JsonNode row : rows) {
      List<Double> cells = new ArrayList<>();
      row.forEach(v -> cells.add(v.isNull() ? Double.NaN : v.asDouble()));
      matrix.add(cells);
    }
    return matrix;
  }
}
