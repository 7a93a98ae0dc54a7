package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.feature.DataException;
import dev.tandem.ingest.RawRows;
import dev.tandem.ingest.Scores;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.simulate.Calibration;
import dev.tandem.simulate.Confidence;
import dev.tandem.simulate.MadeTasks;
import dev.tandem.simulate.SecondTask;
import dev.tandem.train.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes further tasks with a chosen relation to a base task, for any base data. */
@Command(
    name = "second-task",
    description = {
      "Makes tasks whose relation is known from the logits of a trained base network (Criteo-R, Criteo-UR).",
      "Writes the rows with columns label_1, label_2, … and confidence_1, confidence_2, …: the base task",
      "first, then one per --function. Label 1 is the sign of the network's confidence, not what it learned."
    })
final class SecondTaskCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "Archive of the base network.")
  private Path model = Path.of("");

  @Option(
      names = "--train",
      required = true,
      paramLabel = "FILE",
      description = "Rows to train on.")
  private Path train = Path.of("");

  @Option(
      names = "--validation",
      required = true,
      paramLabel = "FILE",
      description = "Rows to choose on.")
  private Path validation = Path.of("");

  @Option(names = "--test", required = true, paramLabel = "FILE", description = "Rows to judge on.")
  private Path test = Path.of("");

  @Option(
      names = "--function",
      required = true,
      description = "Function of a further task; may be repeated: ${COMPLETION-CANDIDATES}.")
  private List<Confidence> functions = new ArrayList<>();

  @Option(
      names = "--task",
      description = "Task of the base network; may be left out when it has only one.")
  private @Nullable String task;

  @Option(
      names = "--calibration",
      defaultValue = "QUANTILE_UNIFORM",
      description =
          "From logits to confidences: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Calibration calibration = Calibration.QUANTILE_UNIFORM;

  @Option(
      names = "--unrelated",
      defaultValue = "0.5288",
      description =
          "Correlation of confidences that calibration reaches for sincos (default: ${DEFAULT-VALUE}).")
  private double unrelated;

  @Option(
      names = "--related",
      defaultValue = "0.9877",
      description =
          "Correlation of confidences that noise lowers logexp to (default: ${DEFAULT-VALUE}).")
  private double related;

  @Option(
      names = "--quantile",
      description = "Labels are 1 above this quantile of their confidences; above 0 when absent.")
  private @Nullable Double quantile;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the noise (default: 1).")
  private long seed;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Directory to write.")
  private Path out = Path.of("");

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private SourceOption sources = new SourceOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    within("--unrelated", unrelated);
    within("--related", related);
    if (quantile != null) {
      within("--quantile", quantile);
    }
    StoredModel base = StoredModel.open(model);
    String logit = "logit." + baseTask(base).name();
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("train", train);
    files.put("validation", validation);
    files.put("test", test);
    try (TemporaryDirectory temporary = new TemporaryDirectory()) {
      List<double[]> logits = new ArrayList<>();
      for (Path file : files.values()) {
        logits.add(logits(base, logit, file, temporary.path()));
      }
      MadeTasks made =
          MadeTasks.of(
              logits.stream().flatMapToDouble(Arrays::stream).toArray(),
              new MadeTasks.Recipe(
                  functions,
                  calibration,
                  unrelated,
                  related,
                  quantile == null ? OptionalDouble.empty() : OptionalDouble.of(quantile),
                  seed));
      Files.createDirectories(out);
      int from = 0;
      int part = 0;
      for (Map.Entry<String, Path> file : files.entrySet()) {
        int count = logits.get(part++).length;
        Path target = out.resolve(file.getKey() + ".parquet");
        write(base, file.getValue(), target, made, from, count, temporary.path());
        from += count;
      }
      report(made, from);
    }
    return ExitCode.OK;
  }

  private void within(String option, double value) {
    if (!(value > 0 && value < 1)) {
      throw new ParameterException(
          spec.commandLine(), "%s: found %s, allowed above 0 and below 1".formatted(option, value));
    }
  }

  private Task baseTask(StoredModel base) {
    List<Task> binary =
        base.preprocessor().tasks().stream().filter(t -> t.kind() == TaskKind.BINARY).toList();
    List<String> names = binary.stream().map(Task::name).toList();
    if (task == null ? binary.size() == 1 : names.contains(task)) {
      return binary.get(task == null ? 0 : names.indexOf(task));
    }
    throw new ParameterException(
        spec.commandLine(),
        task == null
            ? "--task: say which of the binary tasks of " + model + ": " + String.join(", ", names)
            : "--task: found %s, allowed %s".formatted(task, String.join(", ", names)));
  }

  private double[] logits(StoredModel base, String output, Path file, Path temporary) {
    List<double[]> blocks = new ArrayList<>();
    try (RawRows rows = sources.rows(base, List.of(file.toString()), false, temporary)) {
      base.model()
          .probe(
              rows::next,
              output::equals,
              (block, predictions, probes) -> {
                float[] values = probes.getOrDefault(output, new float[0]);
                double[] own = new double[block.rows()];
                for (int r = 0; r < own.length; r++) {
                  own[r] = values[r];
                }
                blocks.add(own);
              });
    }
    double[] all = blocks.stream().flatMapToDouble(Arrays::stream).toArray();
    if (all.length == 0) {
      throw new DataException(file + " has no rows; tasks are made from the logits of rows");
    }
    return all;
  }

  private void write(
      StoredModel base,
      Path file,
      Path target,
      MadeTasks made,
      int from,
      int count,
      Path temporary) {
    int tasks = made.labels().size();
    List<String> names = new ArrayList<>();
    for (String kind : List.of("label_", "confidence_")) {
      for (int t = 1; t <= tasks; t++) {
        names.add(kind + t);
      }
    }
    float[] values = new float[count * names.size()];
    for (int r = 0; r < count; r++) {
      for (int t = 0; t < tasks; t++) {
        values[r * 2 * tasks + t] = made.labels().get(t)[from + r];
        values[r * 2 * tasks + tasks + t] = (float) made.confidences().get(t)[from + r];
      }
    }
    try (RawRows rows = sources.rows(base, List.of(file.toString()), false, temporary);
        Scores scores = rows.scores(names)) {
      scores.add(values, count);
      scores.write(target);
    }
  }

  private void report(MadeTasks made, int rows) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("base", model.toString());
    all.put("rows", rows);
    all.put("calibration", calibration);
    all.put("base_positives", made.basePositives());
    all.put("tasks", made.relations());
    ObjectMapper mapper =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    AtomicFiles.write(
        out.resolve("relations.json"),
        mapper.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
    PrintWriter to = spec.commandLine().getOut();
    if (json) {
      to.println(mapper.writeValueAsString(all));
      return;
    }
    to.printf(
        "%,d rows in %s, base task %.1f %% positive%n", rows, out, 100 * made.basePositives());
    for (int t = 0; t < made.relations().size(); t++) {
      MadeTasks.Relation r = made.relations().get(t);
      to.printf(
          Locale.ROOT,
          "task %d, %s: correlation of confidences %.4f, of labels %.4f, %.1f %% positive, noise %.4f%n",
          t + 2,
          r.function().name().toLowerCase(Locale.ROOT),
          r.confidences(),
          r.labels(),
          100 * r.positives(),
          r.noise());
    }
    warn(made);
  }

  /** Says when a correlation that the paper states was not reached. */
  private void warn(MadeTasks made) {
    for (MadeTasks.Relation r : made.relations()) {
      double wanted =
          switch (r.function()) {
            case LOGEXP, LOGEXP_LITERAL -> related;
            case SINCOS -> calibration == Calibration.NONE ? SecondTask.UNRELATED : unrelated;
            case IDENTITY, NEGATE, SQUARE -> r.confidences();
          };
      if (Math.abs(r.confidences() - wanted) > 0.005) {
        spec.commandLine()
            .getErr()
            .printf(
                Locale.ROOT,
                "tandem: warning: %s has correlation %.4f, not %.4f; --calibration quantile_uniform reaches both%n",
                r.function().name().toLowerCase(Locale.ROOT),
                r.confidences(),
                wanted);
      }
    }
  }
}
