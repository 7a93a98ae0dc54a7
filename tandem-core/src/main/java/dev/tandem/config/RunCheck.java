package dev.tandem.config;

import dev.tandem.schema.TaskKind;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a configuration must fulfil beyond the types of its values, as far as it can be known
 * without the data.
 */
final class RunCheck {
  private static final List<String> PARTS = List.of("train", "validation", "test");

  private final RunConfig run;
  private final ConfigNode.Mapping root;
  private final Problems problems;

  RunCheck(RunConfig run, ConfigNode.Mapping root, Problems problems) {
    this.run = run;
    this.root = root;
    this.problems = problems;
  }

  void check() {
    rows();
    split();
    features();
    tasks();
    training();
  }

  /** Reports at a path, with the line of the deepest part of it that was written. */
  private void report(String message, String... path) {
    ConfigNode node = root;
    for (String key : path) {
      Optional<ConfigNode> next =
          node instanceof ConfigNode.Mapping mapping ? mapping.get(key) : Optional.empty();
      if (next.isEmpty()) {
        break;
      }
      node = next.get();
    }
    problems.report(
        new Place(node.place().source(), node.place().line(), String.join(".", path)), message);
  }

  private void rows() {
    DataConfig data = run.data();
    if (data.rows().isPresent() == data.train().isPresent()) {
      report(
          data.rows().isPresent()
              ? "both rows and train are given; give rows with a split, or train (and validation, test)"
              : "there are no rows: give train (files, sql or from), or rows and a split",
          "data");
    }
    if (data.rows().isPresent() != data.split().isPresent()) {
      report(
          data.split().isPresent()
              ? "a split divides `rows`, which is not given; rename train to rows, or leave the split out"
              : "rows must be divided by a split, for example {by: random, validation: 0.1, test: 0.1}",
          "data",
          data.split().isPresent() ? "split" : "rows");
    }
    data.rows().ifPresent(part -> part(part, "rows", Set.of()));
    Set<String> named = new LinkedHashSet<>();
    data.train().ifPresent(part -> named.add("train"));
    data.validation().ifPresent(part -> named.add("validation"));
    data.test().ifPresent(part -> named.add("test"));
    data.train().ifPresent(part -> part(part, "train", named));
    data.validation().ifPresent(part -> part(part, "validation", named));
    data.test().ifPresent(part -> part(part, "test", named));
    if (data.rows().isPresent() && !named.isEmpty() && data.train().isEmpty()) {
      report("the split of rows makes the parts; leave out " + String.join(", ", named), "data");
    }
    for (String source : data.sources().keySet()) {
      if (PARTS.contains(source) || source.equals("rows")) {
        report(
            "a source cannot be called " + source + ", which is a part of the rows",
            "data",
            "sources",
            source);
      }
      if (data.sources().get(source).files().isEmpty()) {
        report("names no file", "data", "sources", source);
      }
    }
  }

  private void part(Part part, String name, Set<String> parts) {
    long ways =
        Stream.of(!part.files().isEmpty(), part.sql().isPresent(), part.from().isPresent())
            .filter(b -> b)
            .count();
    if (ways != 1) {
      report(
          "expected exactly one of files, sql and from, found "
              + (ways == 0 ? "none" : ways + " of them"),
          "data",
          name);
    }
    part.from()
        .ifPresent(
            from -> {
              Set<String> allowed = new LinkedHashSet<>(parts);
              allowed.remove(name);
              boolean takes = allowed.contains(from);
              allowed.addAll(run.data().sources().keySet());
              if (!allowed.contains(from)) {
                report(
                    "no part or source is named "
                        + from
                        + Nearest.hint(from, allowed)
                        + "; there are: "
                        + String.join(", ", allowed),
                    "data",
                    name,
                    "from");
              } else if (takes && part.fraction().isEmpty() && part.where().isEmpty()) {
                report(
                    "would take all rows of " + from + "; give a fraction or a where",
                    "data",
                    name);
              }
            });
    if (part.fraction().isEmpty() && (part.stratify().isPresent() || part.group().isPresent())) {
      report(
          "stratify and group concern the drawing of a fraction, which is not given", "data", name);
    }
  }

  private void split() {
    run.data()
        .split()
        .ifPresent(
            split -> {
              if (split instanceof Split.Time time) {
                boolean points = time.validationFrom().isPresent() || time.testFrom().isPresent();
                boolean shares = time.validation().isPresent() || time.test().isPresent();
                if (points == shares) {
                  report(
                      "give either points in time (validation_from, test_from) or shares (validation, test)",
                      "data",
                      "split");
                }
                shares(time.validation().orElse(0.0), time.test().orElse(0.0));
              } else if (split instanceof Split.Random random) {
                shares(random.validation(), random.test());
              } else if (split instanceof Split.Column column
                  && column.validation().isEmpty()
                  && column.test().isEmpty()) {
                report(
                    "names no value of " + column.column() + " for validation or test",
                    "data",
                    "split");
              }
            });
  }

  private void shares(double validation, double test) {
    if (validation + test >= 1) {
      report(
          "validation and test take "
              + (validation + test)
              + " of the rows; nothing is left to train on",
          "data",
          "split");
    }
  }

  private void features() {
    FeaturesConfig features = run.features();
    boolean any =
        !features.ids().columns().isEmpty()
            || Stream.of(
                    features.numeric(),
                    features.multiIds(),
                    features.crosses(),
                    features.dense(),
                    features.sequences())
                .anyMatch(named -> !named.isEmpty());
    if (!any) {
      report(
          "names no feature; for example ids: \"*\" takes every column as a categorical value",
          "features");
    }
    features
        .crosses()
        .forEach(
            (name, cross) -> {
              if (cross.columns().size() < 2) {
                report(
                    "a cross combines at least 2 columns, found " + cross.columns().size(),
                    "features",
                    "crosses",
                    name);
              }
            });
    features
        .sequences()
        .forEach(
            (name, sequence) -> {
              if (sequence.time().isPresent()
                  && sequence.now().isEmpty()
                  && sequence.events().isEmpty()) {
                report(
                    "time gives the steps' ages only together with now, the row's own time",
                    "features",
                    "sequences",
                    name);
              }
              sequence
                  .events()
                  .map(SequenceConfig.EventsConfig::source)
                  .filter(source -> !run.data().sources().containsKey(source))
                  .ifPresent(
                      source ->
                          report(
                              "no source is named "
                                  + source
                                  + Nearest.hint(source, run.data().sources().keySet())
                                  + "; sources: "
                                  + String.join(", ", run.data().sources().keySet()),
                              "features",
                              "sequences",
                              name,
                              "events",
                              "source"));
            });
  }

  private void tasks() {
    if (run.tasks().isEmpty()) {
      report("names no task; for example tasks: {click: is_click}", "tasks");
    }
    Map<String, TaskConfig> tasks = run.tasks();
    tasks.forEach(
        (name, task) -> {
          task.within()
              .ifPresent(
                  parent -> {
                    TaskConfig found = tasks.get(parent);
                    if (found == null) {
                      report(
                          "no task is named "
                              + parent
                              + Nearest.hint(parent, tasks.keySet())
                              + "; tasks: "
                              + String.join(", ", tasks.keySet()),
                          "tasks",
                          name,
                          "within");
                    } else if (found.kind() != TaskKind.BINARY) {
                      report(
                          parent + " is not a binary task and cannot be a sample space",
                          "tasks",
                          name,
                          "within");
                    } else if (leadsBack(name)) {
                      report(
                          "leads back to " + name + "; a funnel has a first task",
                          "tasks",
                          name,
                          "within");
                    }
                  });
          task.calibration().ifPresent(c -> calibration(name, task.kind(), c));
          if (task.classes().isPresent() && task.kind() != TaskKind.MULTICLASS) {
            report(
                "only a multiclass task has classes; its kind is "
                    + Names.snake(task.kind().name()),
                "tasks",
                name,
                "classes");
          }
        });
  }

  private void calibration(String task, TaskKind kind, TaskConfig.Calibration calibration) {
    String[] at = {"tasks", task, "calibration"};
    if (kind != TaskKind.BINARY) {
      report("only a binary task is calibrated; its kind is " + Names.snake(kind.name()), at);
    } else if (calibration.isFitted() && !hasValidation()) {
      report(
          "is fitted on the validation part, and there is none; give data.validation or a split with one",
          at);
    }
  }

  private boolean hasValidation() {
    return run.data().validation().isPresent()
        || run.data().split().map(RunCheck::givesValidation).orElse(false);
  }

  private static boolean givesValidation(Split split) {
    if (split instanceof Split.Random random) {
      return random.validation() > 0;
    } else if (split instanceof Split.Time time) {
      return time.validationFrom().isPresent() || time.validation().orElse(0.0) > 0;
    }
    return split instanceof Split.Column column && !column.validation().isEmpty();
  }

  private boolean leadsBack(String name) {
    Set<String> passed = new LinkedHashSet<>();
    Optional<String> at = Optional.of(name);
    while (at.isPresent() && passed.add(at.get())) {
      at = Optional.ofNullable(run.tasks().get(at.get())).flatMap(TaskConfig::within);
    }
    return at.isPresent() && at.get().equals(name);
  }

  private void training() {
    run.train()
        .earlyStopping()
        .ifPresent(
            stopping -> {
              String[] at = {"train", "early_stopping", "metric"};
              stopping
                  .task()
                  .filter(task -> !run.tasks().containsKey(task))
                  .ifPresent(
                      task ->
                          report(
                              "no task is named "
                                  + task
                                  + Nearest.hint(task, run.tasks().keySet())
                                  + "; tasks: "
                                  + String.join(", ", run.tasks().keySet()),
                              "train",
                              "early_stopping",
                              "task"));
              stopping.metric().ifPresent(metric -> stoppingMetric(metric, stopping.task(), at));
            });
  }

  private void stoppingMetric(MetricName metric, Optional<String> watched, String[] at) {
    run.tasks()
        .forEach(
            (name, task) -> {
              if (watched.map(name::equals).orElse(true) && !metric.appliesTo(task.kind())) {
                String kind = Names.snake(task.kind().name());
                report(
                    Names.snake(metric.name())
                        + " does not exist for "
                        + name
                        + ", a "
                        + kind
                        + " task; metrics of such"
                        + " a task: "
                        + String.join(
                            ", ",
                            Arrays.stream(MetricName.values())
                                .filter(m -> m.appliesTo(task.kind()))
                                .map(m -> Names.snake(m.name()))
                                .toList()),
                    at);
              }
            });
    if (metric.byGroup() && run.group().isEmpty()) {
      report(Names.snake(metric.name()) + " needs groups; name their column with group", at);
    }
  }
}
