package dev.tandem.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.archive.Archive;
import dev.tandem.archive.ArchiveException;
import dev.tandem.archive.Part;
import dev.tandem.metric.Bootstrap;
import dev.tandem.metric.Interval;
import dev.tandem.metric.Metric;
import dev.tandem.metric.Metrics;
import dev.tandem.metric.Rows;
import dev.tandem.metric.TaskMetrics;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.train.StoredModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a report shows: from an archive alone, and from rows to judge it on if there are
 * any.
 */
public final class Reporting {
  /** Enough for the ends of an interval to two digits; a comparison takes more. */
  private static final Bootstrap BOOTSTRAP = new Bootstrap(200, 0.95, 1);

  private static final List<String> WITH_INTERVALS =
      List.of("auc", "gauc", "logloss", "macro_auc", "rmse");

  private Reporting() {}

  /** Without what gates did, which is for figures of its own. */
  private static List<Curve> learning(List<Curve> curves) {
    return curves.stream().filter(c -> !c.part().equals("gate")).toList();
  }

  /**
   * What is known of a model.
   *
   * @param directory its archive
   * @param part name of the rows it was judged on, such as the file's
   * @param evaluated the model over those rows; empty for what the archive tells alone
   * @param seesaw gains against the tasks alone, if known
   */
  public static ReportData of(
      Path directory, String part, Optional<Evaluated> evaluated, Optional<Seesaw> seesaw) {
    StoredModel model = StoredModel.open(directory);
    try (Archive archive = Archive.open(directory)) {
      @SuppressWarnings("unchecked") // JSON objects have names as keys
      Map<String, Object> stored = json(archive, Part.METRICS, Map.class);
      List<Task> tasks = model.preprocessor().tasks();
      List<MetricLine> lines = new ArrayList<>(MetricLine.parse(stored));
      DataCard card = data(archive, stored, tasks);
      List<Pictures> pictures = new ArrayList<>();
      evaluated.ifPresent(
          e -> {
            lines.removeIf(line -> line.part().equals(part));
            judge(part, e, lines, pictures);
          });
      DataCard data = evaluated.map(e -> card.and(card(part, e.scored()))).orElse(card);
      long tables = model.model().tables().stream().mapToLong(t -> (long) t.rows() * t.dim()).sum();
      return new ReportData(
          String.valueOf(directory.toAbsolutePath().normalize().getFileName()),
          tasks.stream().map(TaskCard::of).toList(),
          data,
          archive.has(Part.CURVES) ? learning(Curve.parse(archive.text(Part.CURVES))) : List.of(),
          lines,
          pictures,
          seesaw.stream().toList(),
          evaluated.map(Evaluated::gates).orElse(List.of()),
          evaluated.map(e -> LabelMeter.relatedness(e.scored())).stream().toList(),
          Conflicts.of(model).stream().toList(),
          List.of(ModelCard.of(model.model().scoringGraph(), tables)),
          Provenance.of(archive));
    }
  }

  private static void judge(
      String part, Evaluated evaluated, List<MetricLine> lines, List<Pictures> pictures) {
    ScoredRows scored = evaluated.scored();
    for (int k = 0; k < scored.tasks().size(); k++) {
      String task = scored.tasks().get(k).name();
      Rows rows = scored.judged(k);
      if (rows.count() == 0) {
        continue;
      }
      List<Metric> intervals =
          WITH_INTERVALS.stream().map(Metrics.all()::get).filter(m -> m.appliesTo(rows)).toList();
      TaskMetrics measured =
          Metrics.all().measure(task, rows).withIntervals(rows, BOOTSTRAP, intervals);
      measured
          .values()
          .forEach(
              (name, value) -> {
                Interval i =
                    measured
                        .intervals()
                        .getOrDefault(name, new Interval(Double.NaN, Double.NaN, 0.95));
                lines.add(
                    new MetricLine(
                        part,
                        task,
                        name,
                        MetricLine.better(name),
                        value.value(),
                        i.low(),
                        i.high(),
                        value.rows()));
              });
      int number = k;
      Optional<Rows> before = evaluated.uncalibrated().map(raw -> raw.judged(number));
      pictures.addAll(Pictures.of(part, task, rows, before));
    }
  }

  /** What training stored, or what the metrics of an archive without it tell. */
  private static DataCard data(Archive archive, Map<String, Object> metrics, List<Task> tasks) {
    return archive.has(Part.DATA)
        ? DataCard.of(json(archive, Part.DATA, JsonNode.class), tasks)
        : new DataCard(parts(metrics, tasks), 0, 0);
  }

  /** What stored metrics tell of the data: rows, labels and positives. */
  private static List<DataCard.Part> parts(Map<String, Object> metrics, List<Task> tasks) {
    List<DataCard.Part> parts = new ArrayList<>();
    metrics.forEach(
        (part, evaluation) -> {
          if (evaluation instanceof Map<?, ?> e && e.get("tasks") instanceof Map<?, ?> byTask) {
            List<DataCard.Labels> labels =
                tasks.stream()
                    .flatMap(
                        t ->
                            byTask.get(t.name()) instanceof Map<?, ?> values
                                ? Stream.of(
                                    new DataCard.Labels(
                                        t.name(),
                                        number(values.get("n"), 0),
                                        number(values.get("positives"), -1),
                                        -1,
                                        -1))
                                : Stream.<DataCard.Labels>empty())
                    .toList();
            parts.add(new DataCard.Part(part, number(e.get("rows"), 0), labels));
          }
        });
    return parts;
  }

  private static DataCard.Part card(String part, ScoredRows scored) {
    List<DataCard.Labels> labels = new ArrayList<>();
    for (int k = 0; k < scored.declared().size(); k++) {
      Task task = scored.declared().get(k);
      long observed = 0;
      long positives = 0;
      for (int r = 0; r < scored.rows(); r++) {
        float label = scored.label(k, r);
        observed += Float.isNaN(label) ? 0 : 1;
        positives += label == 1f ? 1 : 0;
      }
      labels.add(
          new DataCard.Labels(
              task.name(),
              observed,
              task.kind() == TaskKind.BINARY ? positives : -1,
              scored.missing(k),
              scored.outside(k)));
    }
    return new DataCard.Part(part, scored.rows(), labels);
  }

  private static long number(@Nullable Object value, long otherwise) {
    return value instanceof Number n ? n.longValue() : otherwise;
  }

  private static <T> T json(Archive archive, String part, Class<T> type) {
    try {
      return new ObjectMapper().readValue(archive.text(part), type);
    } catch (JsonProcessingException e) {
      throw new ArchiveException(
          ArchiveException.Kind.CORRUPT,
          "The part %s of %s is not a JSON object: %s"
              .formatted(part, archive.path(), e.getOriginalMessage()),
          e);
    }
  }
}
