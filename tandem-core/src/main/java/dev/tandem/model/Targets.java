package dev.tandem.model;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.schema.Task;
import java.util.List;

/**
 * The inputs of a training graph that are not features. Their weights are relative to the whole
 * batch, so that the losses of its chunks add up to the loss of the batch.
 *
 * @param labels {@code labels} [B, sum of outputs]: 0/1, a normalised number, or one-hot classes; 0
 *     where not observed
 * @param weights {@code weights} [B,K]: row weight · observed / (their sum over the batch, or B); 0
 *     where not observed
 * @param omega {@code omega} [K]: the tasks' weights in the joint loss at this step
 * @param rowWeight {@code rowWeight} [B,1]: 1/B
 * @param tasks the tasks
 */
public record Targets(Node labels, Node weights, Node omega, Node rowWeight, List<Task> tasks) {

  /** The inputs of a graph under construction. */
  public static Targets inputs(Scope scope, List<Task> tasks) {
    int width = tasks.stream().mapToInt(Task::outputs).sum();
    return new Targets(
        scope.input("labels", Shape.batch(width)),
        scope.input("weights", Shape.batch(tasks.size())),
        scope.input("omega", Shape.of(tasks.size())),
        scope.input("rowWeight", Shape.of(Dim.BATCH, Dim.of(1))),
        tasks);
  }

  /** Task {@code k}'s label [B, outputs]. */
  public Node label(int k) {
    int from = tasks.subList(0, k).stream().mapToInt(Task::outputs).sum();
    return Nodes.slice(labels, -1, from, (long) from + tasks.get(k).outputs());
  }

  /** Task {@code k}'s row weights [B,1]. */
  public Node weight(int k) {
    return Nodes.slice(weights, -1, k, k + 1L);
  }

  /** Task {@code k}'s weight in the joint loss, a scalar. */
  public Node omega(int k) {
    return Nodes.pick(omega, 0, k);
  }

  /** 1 where task {@code k}'s label counts, [B,1]. */
  public Node observed(int k) {
    return Nodes.step(weight(k));
  }

  /** This chunk's share of the batch, a scalar: what a penalty on parameters is multiplied by. */
  public Node share() {
    return Nodes.sum(rowWeight);
  }
}
