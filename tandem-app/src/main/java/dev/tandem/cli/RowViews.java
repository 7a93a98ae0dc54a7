package dev.tandem.cli;

import dev.tandem.feature.DataException;
import dev.tandem.ingest.RawRows;
import dev.tandem.inspect.Connections;
import dev.tandem.inspect.ExpertUse;
import dev.tandem.inspect.Explanation;
import dev.tandem.inspect.GateMeters;
import dev.tandem.inspect.Permutation;
import dev.tandem.inspect.Shapley;
import dev.tandem.report.Conflicts;
import dev.tandem.schema.Feature;
import dev.tandem.schema.Task;
import dev.tandem.train.BlockSource;
import dev.tandem.train.Conflict;
import dev.tandem.train.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The views of a model that read rows of files. */
final class RowViews {
  private static final int LONGEST = 40;

  private final StoredModel model;
  private final List<String> files;
  private final SourceOption sources;
  private final PrintWriter err;

  RowViews(StoredModel model, List<String> files, SourceOption sources, PrintWriter err) {
    this.model = model;
    this.files = List.copyOf(files);
    this.sources = sources;
    this.err = err;
  }

  /** What is done with the rows while they are open. */
  private interface Reading<T> {
    T read(RawRows rows, BlockSource blocks) throws IOException;
  }

  private <T> T read(Reading<T> reading) throws IOException {
    try (TemporaryDirectory temporary = new TemporaryDirectory();
        RawRows rows = sources.rows(model, files, true, temporary.path())) {
      ScoringProgress progress = new ScoringProgress("inspect", err);
      T result = reading.read(rows, into -> progress.counted(rows.next(into), into));
      progress.findings(rows);
      return result;
    }
  }

  GateView gates(String segment) throws IOException {
    GateMeters meters = meters(segment);
    return new GateView(
        data(), meters.rows(), meters.gates(), segment, meters.values(), meters.segments());
  }

  ExpertView experts(String segment) throws IOException {
    GateMeters meters = meters(segment);
    return new ExpertView(
        data(),
        meters.rows(),
        ExpertUse.of(meters.gates()),
        segment,
        meters.values(),
        meters.segments().stream()
            .map(s -> new ExpertView.Segment(s.segment(), s.rows(), ExpertUse.of(s.gates())))
            .toList(),
        Connections.of(model));
  }

  private GateMeters meters(String segment) throws IOException {
    return read(
        (rows, blocks) -> {
          GateMeters meters =
              new GateMeters(
                  model, segment.isEmpty() ? List.of() : rows.texts(segment, GateMeters.MISSING));
          model
              .model()
              .probe(
                  blocks,
                  GateMeters::isGate,
                  (block, predictions, probes) -> meters.add(block, probes));
          if (meters.rows() == 0) {
            throw new DataException(data() + " holds no rows: nothing can be seen of the gates");
          }
          return meters;
        });
  }

  ConflictView conflict(int batches) throws IOException {
    Conflict measured = read((rows, blocks) -> model.conflict(blocks, batches));
    if (measured.blocks().isEmpty()) {
      throw new DataException(
          data() + ": no batch of these rows has labels of two tasks that share weights");
    }
    List<String> tasks = model.preprocessor().tasks().stream().map(Task::name).toList();
    return new ConflictView(data(), Conflicts.of(tasks, List.of(measured)));
  }

  ImportanceView importance(Permutation permutation) throws IOException {
    return new ImportanceView(data(), read((rows, blocks) -> permutation.of(model, blocks)));
  }

  ExplanationView explanation(Shapley shapley, int row) throws IOException {
    return read(
        (rows, blocks) -> {
          Explanation explanation = shapley.of(model, blocks, row);
          Map<String, String> raw = rows.row(row);
          Map<String, String> values = new LinkedHashMap<>();
          for (Feature feature : model.preprocessor().schema().features()) {
            String text =
                String.join(
                    ", ", feature.columns().stream().map(c -> raw.getOrDefault(c, "")).toList());
            values.put(
                feature.name(),
                text.length() > LONGEST ? text.substring(0, LONGEST - 1) + "…" : text);
          }
          return new ExplanationView(data(), values, explanation);
        });
  }

  private String data() {
    return String.join(", ", files);
  }
}
