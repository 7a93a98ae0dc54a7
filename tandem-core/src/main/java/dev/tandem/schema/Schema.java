package dev.tandem.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the data means: the features that a model reads, the tasks that it learns, and the columns
 * that group and weigh the rows. Immutable and consistent: the constructor refuses, in one message,
 * everything that contradicts itself.
 *
 * @param features at least one, uniquely named
 * @param tasks at least one, uniquely named
 * @param group column whose values group the rows for grouped metrics (a user, a request); empty:
 *     no groups
 * @param weight column with the rows' weights in the loss and the metrics; empty: every row weighs
 *     1
 */
public record Schema(
    List<Feature> features, List<Task> tasks, Optional<String> group, Optional<String> weight) {
  public Schema {
    features = List.copyOf(features);
    tasks = List.copyOf(tasks);
    List<String> problems = SchemaCheck.problems(features, tasks);
    if (!problems.isEmpty()) {
      throw new SchemaException(String.join("\n", problems));
    }
  }

  /** What the features become in a model's input. */
  public InputLayout layout() {
    List<FieldSlot> fields = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    List<Side> sides = new ArrayList<>();
    List<SequenceSlot> sequences = new ArrayList<>();
    for (Feature feature : features) {
      Side side = feature.side();
      if (feature instanceof IdFeature id) {
        fields.add(single(id.name(), id.table(), false, side));
      } else if (feature instanceof MultiIdFeature multi) {
        Table table = multi.table();
        fields.add(
            new FieldSlot(
                multi.name(), table.name(), table.dim(), multi.pooling(), multi.weighted(), side));
      } else if (feature instanceof CrossFeature cross) {
        fields.add(single(cross.name(), cross.table(), false, side));
      } else if (feature instanceof NumericFeature number) {
        for (NumericEncoding encoding : number.encodings()) {
          String slot = number.slot(encoding);
          if (encoding.table().isPresent()) {
            fields.add(
                single(
                    slot,
                    encoding.table().get(),
                    encoding instanceof NumericEncoding.Scaled,
                    side));
          } else {
            numbers.add(slot);
            sides.add(side);
          }
        }
      } else if (feature instanceof DenseFeature dense) {
        for (int i = 0; i < dense.size(); i++) {
          numbers.add(dense.slot(i));
          sides.add(side);
        }
      } else if (feature instanceof SequenceFeature sequence) {
        sequences.add(slot(sequence));
      }
    }
    return new InputLayout(fields, numbers, sides, sequences);
  }

  private static FieldSlot single(String name, Table table, boolean weighted, Side side) {
    return new FieldSlot(name, table.name(), table.dim(), Pooling.NONE, weighted, side);
  }

  /** The table of the steps' age comes last and has no target. */
  private static SequenceSlot slot(SequenceFeature sequence) {
    List<String> tables = sequence.tables().stream().map(Table::name).toList();
    List<String> targets = sequence.steps().stream().map(SequenceFeature.Step::target).toList();
    return new SequenceSlot(
        sequence.name(),
        tables,
        targets,
        sequence.steps().get(0).table().dim(),
        sequence.max(),
        sequence.combine());
  }

  /** Every embedding table once, in the order in which the features first name them. */
  public List<Table> tables() {
    return features.stream().flatMap(feature -> feature.tables().stream()).distinct().toList();
  }

  /**
   * The task of that name.
   *
   * @throws SchemaException when there is none; the message names those that exist
   */
  public Task task(String name) {
    return tasks.stream()
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new SchemaException(
                    "No task is named " + name + "; tasks: " + String.join(", ", taskNames())));
  }

  /** Position of a task in {@link #tasks()}, as in the labels of a batch. */
  public int taskIndex(String name) {
    return tasks.indexOf(task(name));
  }

  /** Names of the tasks, in order. */
  public List<String> taskNames() {
    return tasks.stream().map(Task::name).toList();
  }

  /**
   * The chain of tasks that a task's sample space passes through, nearest first: for a purchase
   * within a click, the click.
   */
  public List<Task> ancestors(Task task) {
    List<Task> chain = new ArrayList<>();
    for (Optional<String> next = task.within(); next.isPresent(); ) {
      Task parent = task(next.get());
      chain.add(parent);
      next = parent.within();
    }
    return List.copyOf(chain);
  }

  /** This schema with other tasks, for example when the number of classes has been counted. */
  public Schema withTasks(List<Task> others) {
    return new Schema(features, others, group, weight);
  }
}
