package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Layers;
import dev.tandem.layer.SequenceBlock;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deep task-specific bottom representation network (Liu et al., CIKM 2023): every task reads the
 * behaviour sequences in its own way ({@link Tim}), and weighs all fields in its own way ({@link
 * Trm}), before any sharing structure. Sharing is in the embedding tables, the Transformer and the
 * hypernetwork. What no task owns is the mean of the tasks' representations.
 */
@Doc(
    "A representation per task, from behaviour sequences through a hypernetwork, refined per task.")
public record Dtrn(
    @Doc(
            "Whether sequences are read by task; without it they are pooled by their mean, alike for all.")
        @Default("true")
        boolean interests,
    @Doc("The task-specific interest module.") @Default("{}") Tim tim,
    @Doc("Whether fields are weighed by task.") @Default("true") boolean refinement,
    @Doc("The task-specific refinement module.") @Default("{}") Trm trm,
    @Doc(
            "What bodies with a shared branch read there: the tasks' mean, or a representation of its own, read like a further task's.")
        @Default("mean")
        SharedInput sharedInput)
    implements Bottom {

  /** What no task owns. */
  public enum SharedInput {
    MEAN,
    OWN
  }

  @Override
  public Representation build(Scope scope, InputLayout layout, List<Task> tasks) {
    Features plain =
        SharedEmbedding.features(scope, onlyFields(layout), "fields", numbers(scope, layout));
    return over(
        scope, plain.grid("dtrn"), Sequences.inputs(scope, layout), tasks.size(), plain.linear());
  }

  private static InputLayout onlyFields(InputLayout layout) {
    return new InputLayout(layout.fields(), List.of(), List.of(), List.of());
  }

  /** The numbers together are one more field, through a linear map of their own. */
  private static List<Node> numbers(Scope scope, InputLayout layout) {
    if (layout.numbers().isEmpty() || layout.embedded().isEmpty()) {
      return List.of();
    }
    Node numbers = scope.input("numbers", Shape.batch(layout.numbers().size()));
    return List.of(Layers.linear(scope.at("numbers"), numbers, layout.embedded().get(0).dim()));
  }

  /** The tasks' representations over fields [B,F,D] and sequences. */
  public Representation over(
      Scope scope,
      Node fields,
      List<Node> steps,
      List<Node> valid,
      List<Node> positions,
      List<Node> targets,
      int tasks) {
    return over(
        scope, fields, new Sequences(steps, valid, positions, targets), tasks, Optional.empty());
  }

  private Representation over(
      Scope scope, Node fields, Sequences sequences, int tasks, Optional<Node> linear) {
    int readers = sharedInput == SharedInput.OWN ? tasks + 1 : tasks;
    List<List<Node>> own = new ArrayList<>();
    if (interests) {
      own.addAll(tim.build(scope, sequences, readers));
    }
    List<Features> perTask = new ArrayList<>();
    for (int k = 0; k < readers; k++) {
      List<Node> parts = new ArrayList<>();
      parts.add(fields);
      for (int m = 0; m < sequences.count(); m++) {
        Node u =
            interests
                ? own.get(k).get(m)
                : SequenceBlock.mean(sequences.steps().get(m), sequences.valid().get(m));
        scope.probe("interest." + k + "." + m, u);
        parts.add(Nodes.insert(u, 1));
      }
      Node all = Nodes.concat(1, parts); // [B,N,d]
      Node x = refinement ? trm.build(scope.at("trm", k), all) : Nodes.flatten(all);
      perTask.add(new Features(x, all.shape().size(1), all.width(), linear));
    }
    if (sharedInput == SharedInput.OWN) {
      return new Representation(perTask.get(tasks), perTask.subList(0, tasks));
    }
    Node sum = Nodes.add(perTask.stream().map(Features::flat).toList());
    return new Representation(perTask.get(0).with(Nodes.scale(sum, 1.0 / tasks)), perTask);
  }
}
