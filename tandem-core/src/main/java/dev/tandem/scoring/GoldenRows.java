package dev.tandem.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.archive.ArchiveException;
import dev.tandem.feature.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Raw rows with the predictions that were computed for them in training: the archive's part {@code
 * golden.jsonl}, one {@code {"row": {column: value}, "predictions": {name: number}}} per line.
 * Whoever opens the archive replays them.
 *
 * @param rows the rows, in order
 */
public record GoldenRows(List<Golden> rows) {
  /** The largest difference that passes, times the value where that is above 1. */
  public static final double TOLERANCE = 1e-5;

  private static final ObjectMapper JSON = new ObjectMapper();

  public GoldenRows {
    rows = List.copyOf(rows);
  }

  /**
   * One of them.
   *
   * @param row column → value; null is a missing value
   * @param predictions name → probability, or value in the label's unit
   */
  public record Golden(Map<String, @Nullable Object> row, Map<String, Double> predictions) {
    /** A row of which the given columns are kept. */
    public static Golden of(Row row, Collection<String> columns, Map<String, Double> predictions) {
      Map<String, @Nullable Object> kept = new LinkedHashMap<>();
      for (String column : columns) {
        kept.put(column, row.value(column));
      }
      return new Golden(kept, predictions);
    }
  }

  /** The text of the archive's part. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Golden golden : rows) {
      ObjectNode line = JSON.createObjectNode();
      ObjectNode row = line.putObject("row");
      golden.row.forEach((column, value) -> row.set(column, JSON.valueToTree(plain(value))));
      ObjectNode predictions = line.putObject("predictions");
      golden.predictions.forEach(predictions::put);
      text.append(line).append('\n');
    }
    return text.toString();
  }

  /** What JSON can hold, as the preprocessing reads it. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    boolean list = value instanceof Collection<?> || value.getClass().isArray();
    return list ? value : value.toString();
  }

  /**
   * Reads the archive's part.
   *
   * @throws IllegalArgumentException naming the line that is no golden row
   */
  public static GoldenRows read(String text) {
    List<Golden> rows = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      try {
        JsonNode json = JSON.readTree(line);
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> e : json.path("row").properties()) {
          row.put(e.getKey(), JSON.treeToValue(e.getValue(), Object.class));
        }
        Map<String, Double> predictions = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> e : json.path("predictions").properties()) {
          predictions.put(e.getKey(), e.getValue().asDouble());
        }
        if (predictions.isEmpty()) {
          throw new IllegalArgumentException("golden row " + number + " has no predictions");
        }
        rows.add(new Golden(row, predictions));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("golden row " + number + " is not JSON", e);
      }
    }
    return new GoldenRows(rows);
  }

  /** How many of them an opening replays. */
  public enum Replay {
    /** The first {@value #FEW}. */
    SOME,
    /** Every one. */
    ALL
  }

  /** Golden rows that every opening replays. */
  public static final int FEW = 16;

  /**
   * Scores them again and refuses the archive if any prediction differs by more than {@link
   * #TOLERANCE}.
   *
   * @param archive where they come from
   * @param runtime what scores them, for the message
   * @param scorer rows → per prediction one number per row
   * @return how many were replayed
   * @throws ArchiveException CORRUPT naming the row, the prediction, both values and the difference
   *     where it is largest
   */
  public int replay(
      Path archive,
      String runtime,
      Replay replay,
      Function<List<Row>, Map<String, float[]>> scorer) {
    List<Golden> replayed =
        replay == Replay.ALL ? rows : rows.subList(0, Math.min(FEW, rows.size()));
    Map<String, float[]> found =
        scorer.apply(replayed.stream().map(golden -> Row.of(golden.row)).toList());
    double worst = 0;
    String where = "";
    for (int i = 0; i < replayed.size(); i++) {
      for (Map.Entry<String, Double> expected : replayed.get(i).predictions.entrySet()) {
        float[] column = found.get(expected.getKey());
        double mine = column == null ? Double.NaN : column[i];
        double truth = expected.getValue();
        double difference = Math.abs(mine - truth) / Math.max(1, Math.abs(truth));
        if (!(difference <= worst)) {
          worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
          where =
              "golden row %d predicts %s = %s, training computed %s"
                  .formatted(i, expected.getKey(), mine, truth);
        }
      }
    }
    if (worst > TOLERANCE) {
      throw new ArchiveException(
          ArchiveException.Kind.CORRUPT,
          "%s does not predict what was trained: in the %s runtime %s, the largest difference of %d replayed rows, %s where %s is allowed. Train the model again, or score with the Tandem that wrote it."
              .formatted(archive, runtime, where, replayed.size(), worst, TOLERANCE));
    }
    return replayed.size();
  }
}
