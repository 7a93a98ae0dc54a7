package dev.tandem.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rules that features and tasks must keep, each broken one as a sentence. */
final class SchemaCheck {
  // Task names become parts of parameter names, column names and file names.
  private static final Pattern TASK_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

  private final List<String> problems = new ArrayList<>();

  private SchemaCheck() {}

  static List<String> problems(List<Feature> features, List<Task> tasks) {
    SchemaCheck check = new SchemaCheck();
    check.featureNames(features);
    features.forEach(check::feature);
    check.tables(features);
    check.targets(features);
    check.slots(features);
    check.tasks(tasks);
    check.funnel(tasks);
    return List.copyOf(check.problems);
  }

  private void report(String problem) {
    problems.add(problem);
  }

  private void featureNames(List<Feature> features) {
    if (features.isEmpty()) {
      report("features: there is none; a model needs at least one feature");
    }
    Set<String> seen = new HashSet<>();
    for (Feature feature : features) {
      if (feature.name().isBlank()) {
        report("features: a feature over " + feature.columns() + " has an empty name");
      }
      if (!seen.add(feature.name())) {
        report(
            "feature "
                + feature.name()
                + ": the name is used twice; give one of them another name");
      }
    }
  }

  private void feature(Feature feature) {
    String where = "feature " + feature.name() + ": ";
    if (feature instanceof NumericFeature number) {
      Set<Class<?>> kinds =
          number.encodings().stream().map(Object::getClass).collect(Collectors.toSet());
      if (number.encodings().isEmpty()) {
        report(where + "has no encoding; give at least one");
      } else if (kinds.size() < number.encodings().size()) {
        report(where + "uses one kind of encoding twice; each kind may be used once");
      }
    } else if (feature instanceof CrossFeature cross && cross.columns().size() < 2) {
      report(where + "a cross combines at least 2 columns, found " + cross.columns());
    } else if (feature instanceof MultiIdFeature multi && multi.pooling() == Pooling.NONE) {
      report(where + "a multi-valued feature is pooled by mean or sum, found none");
    } else if (feature instanceof DenseFeature dense && dense.size() < 1) {
      report(where + "size is " + dense.size() + ", must be at least 1");
    } else if (feature instanceof SequenceFeature sequence) {
      sequence(sequence, where);
    }
  }

  private void sequence(SequenceFeature sequence, String where) {
    if (sequence.steps().isEmpty()) {
      report(where + "has no step column; name at least the item's id");
    }
    if (sequence.max() < 1) {
      report(where + "max is " + sequence.max() + ", must be at least 1");
    }
    if (sequence.tables().stream().map(Table::dim).distinct().count() > 1) {
      report(
          where
              + "all tables of a step need one dim, found "
              + sequence.tables().stream()
                  .map(t -> t.name() + " " + t.dim())
                  .collect(Collectors.joining(", ")));
    }
  }

  private void tables(List<Feature> features) {
    Map<String, Table> declared = new HashMap<>();
    Map<String, String> by = new HashMap<>();
    for (Feature feature : features) {
      for (Table table : feature.tables()) {
        int least = feature instanceof CrossFeature ? 0 : 1; // a cross may be a first-order weight
        if (table.dim() < least || table.minCount() < 1 || table.maxVocabulary() < 0) {
          report(
              "feature "
                  + feature.name()
                  + ": table "
                  + table.name()
                  + " has dim "
                  + table.dim()
                  + ", min_count "
                  + table.minCount()
                  + ", max_vocabulary "
                  + table.maxVocabulary()
                  + "; dim and min_count must be at least 1, max_vocabulary at least 0");
        }
        Table first = declared.putIfAbsent(table.name(), table);
        if (first == null) {
          by.put(table.name(), feature.name());
        } else if (!first.equals(table)) {
          report(
              "feature "
                  + feature.name()
                  + ": table "
                  + table.name()
                  + " is shared with feature "
                  + by.get(table.name())
                  + " and must agree with it: found "
                  + settings(table)
                  + " against "
                  + settings(first));
        }
      }
    }
  }

  private static String settings(Table table) {
    return "(dim "
        + table.dim()
        + ", min_count "
        + table.minCount()
        + ", max_vocabulary "
        + table.maxVocabulary()
        + ")";
  }

  private void targets(List<Feature> features) {
    Map<String, Feature> byName = new HashMap<>();
    features.forEach(feature -> byName.put(feature.name(), feature));
    for (Feature feature : features) {
      if (feature instanceof SequenceFeature sequence) {
        for (SequenceFeature.Step step : sequence.steps()) {
          if (!(byName.get(step.target()) instanceof IdFeature id)) {
            report(
                "feature "
                    + feature.name()
                    + ": its target "
                    + step.target()
                    + " is not an id feature");
          } else if (!id.table().equals(step.table())) {
            report(
                "feature "
                    + feature.name()
                    + ": its step "
                    + step.column()
                    + " must share the table of its target "
                    + id.name()
                    + ", "
                    + id.table().name()
                    + ", found "
                    + step.table().name());
          }
        }
      }
    }
  }

  /**
   * A number named like another number's encoding ({@code age.bucket}) would make two inputs of one
   * name.
   */
  private void slots(List<Feature> features) {
    Map<String, String> owners = new HashMap<>();
    for (Feature feature : features) {
      List<String> slots = List.of(feature.name());
      if (feature instanceof NumericFeature number) {
        slots = number.encodings().stream().map(number::slot).distinct().toList();
      } else if (feature instanceof DenseFeature dense) {
        slots = IntStream.range(0, dense.size()).mapToObj(dense::slot).toList();
      }
      for (String slot : slots) {
        String owner = owners.putIfAbsent(slot, feature.name());
        if (owner != null && !owner.equals(feature.name())) {
          report(
              "feature "
                  + feature.name()
                  + ": its input "
                  + slot
                  + " has the name of an input of feature "
                  + owner
                  + "; rename one of them");
        }
      }
    }
  }

  private void tasks(List<Task> tasks) {
    if (tasks.isEmpty()) {
      report("tasks: there is none; name at least one");
    }
    Set<String> seen = new HashSet<>();
    for (Task task : tasks) {
      String where = "task " + task.name() + ": ";
      if (!TASK_NAME.matcher(task.name()).matches()) {
        report(
            where + "a task's name starts with a letter and holds letters, digits, _ and - only");
      }
      if (!seen.add(task.name())) {
        report(where + "the name is used twice");
      }
      if (task.label().isBlank()) {
        report(where + "its label is empty; give a column or an SQL expression");
      }
      if (!(task.weight() > 0) || Double.isInfinite(task.weight())) {
        report(where + "weight is " + task.weight() + ", must be positive");
      }
      if (!(task.weightDecay() > 0) || Double.isInfinite(task.weightDecay())) {
        report(
            where
                + "weight_decay is "
                + task.weightDecay()
                + ", must be positive (1 keeps the weight)");
      }
      if (task.kind() == TaskKind.MULTICLASS
          ? task.classes() < 0 || task.classes() == 1
          : task.classes() != 1) {
        report(
            where
                + "classes is "
                + task.classes()
                + ", must be "
                + (task.kind() == TaskKind.MULTICLASS
                    ? "at least 2, or 0 to have them counted"
                    : "1"));
      }
    }
  }

  private void funnel(List<Task> tasks) {
    Map<String, Task> byName = new HashMap<>();
    tasks.forEach(task -> byName.put(task.name(), task));
    for (Task task : tasks) {
      if (task.within().isPresent()) {
        Task parent = byName.get(task.within().get());
        if (parent == null) {
          report(
              "task "
                  + task.name()
                  + ": within names "
                  + task.within().get()
                  + ", which is not a task; tasks: "
                  + tasks.stream().map(Task::name).collect(Collectors.joining(", ")));
        } else if (parent.kind() != TaskKind.BINARY) {
          report(
              "task "
                  + task.name()
                  + ": within names "
                  + parent.name()
                  + ", which is not a binary task");
        } else if (leadsBackTo(task, byName)) {
          report(
              "task "
                  + task.name()
                  + ": its within leads back to itself; a funnel has a first task");
        }
      }
    }
  }

  private static boolean leadsBackTo(Task start, Map<String, Task> byName) {
    Set<String> passed = new HashSet<>();
    Task at = start;
    while (at != null && at.within().isPresent() && passed.add(at.name())) {
      at = byName.get(at.within().get());
      if (start.equals(at)) {
        return true;
      }
    }
    return false;
  }
}
