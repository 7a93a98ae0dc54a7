package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.config.LoadedRun;
import dev.tandem.feature.FittedTable;
import dev.tandem.ingest.PartSummary;
import dev.tandem.ingest.PreparedData;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.train.ComponentCatalog;
import dev.tandem.train.RunCost;
import dev.tandem.train.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what a training will take. */
@Command(
    name = "plan",
    description = {
      "Says what a training will take: rows, tables, parameters, operations per row, memory.",
      "Prepares the data, which the training then takes as they are."
    })
final class PlanCommand implements Callable<Integer> {
  private static final List<String> PARTS = List.of("train", "validation", "test");

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private CacheOption cache = new CacheOption();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ProgressLines progress = new ProgressLines(spec.commandLine().getErr());
    LoadedRun loaded = run.read(ComponentCatalog.all());
    TrainingRun training = TrainingRun.prepare(loaded, cache.directory(), progress);
    RunCost cost =
        RunCost.of(training.blueprint(), loaded.config().train(), training.data().train().rows());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(map(training.data(), cost)));
    } else {
      training.notes().forEach(note -> out.println("note: " + note));
      print(training, cost, out);
    }
    return ExitCode.OK;
  }

  private static void print(TrainingRun training, RunCost cost, PrintWriter out) {
    PreparedData data = training.data();
    out.println("Rows");
    TextTable rows = new TextTable("part", "task", "rows", "observed", "positive", "rate");
    for (String part : PARTS) {
      PartSummary summary = data.summaries().get(part);
      if (summary != null) {
        for (Task task : training.blueprint().tasks()) {
          PartSummary.LabelCounts labels = summary.labels(task.name());
          boolean binary = task.kind() == TaskKind.BINARY;
          double rate = (double) labels.positives() / Math.max(1, labels.observed());
          rows.row(
              part,
              task.name(),
              count(summary.rows()),
              count(labels.observed()),
              binary ? count(labels.positives()) : "",
              binary ? View.decimal(rate) : "");
        }
      }
    }
    rows.print(out);
    if (data.rejected() > 0) {
      out.printf("  %,d of %,d rows were set aside%n", data.rejected(), data.read());
    }
    out.printf("%nEmbedding tables%n");
    TextTable tables = new TextTable("table", "rows", "width", "numbers");
    cost.tables()
        .forEach(
            t ->
                tables.row(
                    t.name(), count(t.rows()), count(t.dim()), count((long) t.rows() * t.dim())));
    tables.print(out);
    out.printf("%nTraining%n");
    out.printf("  parameters outside the tables   %,d%n", cost.parameters());
    out.printf("  operations to score one row     %,d%n", cost.flopsPerRow());
    out.printf("  operations per row and step     %,d%n", cost.stepFlopsPerRow());
    out.printf("  steps at most                   %,d%n", cost.steps());
    out.printf("%nMemory%n");
    out.printf("  tables and their optimiser      %s%n", megabytes(cost.tableBytes()));
    out.printf("  dense weights and optimiser     %s%n", megabytes(cost.denseBytes()));
    out.printf("  values of a step, at most       %s%n", megabytes(cost.activationBytes()));
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  private static Map<String, Object> map(PreparedData data, RunCost cost) {
    Map<String, Object> parts = new LinkedHashMap<>();
    for (String part : PARTS) {
      PartSummary summary = data.summaries().get(part);
      if (summary != null) {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("rows", summary.rows());
        counts.put("tasks", summary.labels());
        parts.put(part, counts);
      }
    }
    List<Map<String, Object>> tables = new ArrayList<>();
    for (FittedTable t : cost.tables()) {
      Map<String, Object> table = new LinkedHashMap<>();
      table.put("name", t.name());
      table.put("rows", t.rows());
      table.put("dim", t.dim());
      tables.add(table);
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("parts", parts);
    map.put("rejected", data.rejected());
    map.put("tables", tables);
    map.put("parameters", cost.parameters());
    map.put("flops_per_row", cost.flopsPerRow());
    map.put("step_flops_per_row", cost.stepFlopsPerRow());
    map.put("steps", cost.steps());
    Map<String, Long> bytes = new LinkedHashMap<>();
    bytes.put("tables", cost.tableBytes());
    bytes.put("dense", cost.denseBytes());
    bytes.put("activations", cost.activationBytes());
    map.put("memory_bytes", bytes);
    return map;
  }
}
