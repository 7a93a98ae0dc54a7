package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.schema.Task;
import java.util.List;
import java.util.Map;

/** How the tasks' logits relate to each other, to predictions and to losses. */
public interface Head {
  /** Predictions by name: every task's, and those of products that the head adds; [B, outputs]. */
  Map<String, Node> predictions(Scope scope, List<Node> logits, List<Task> tasks);

  /**
   * The products among its predictions. Every binary task declared within another gives one, over
   * all rows: the first is called {@code ctcvr}, any other {@code ctcvr_TASK}.
   */
  default List<Product> products(List<Task> tasks) {
    return Funnel.products(tasks);
  }

  /**
   * Tasks that the head needs beside the declared ones, such as an imputation tower: the body and
   * the towers serve them, and their logits follow the others'.
   */
  default List<Task> auxiliary(List<Task> tasks) {
    return List.of();
  }

  /**
   * Whether the joint loss is the sum of the tasks' own losses, each times its weight; if not, the
   * head joins them by a rule of its own, and neither weights nor balancing rules apply.
   */
  default boolean weighsTasks() {
    return false;
  }

  /** Whether a task is taken for a behaviour that needs that of the task before it. */
  default boolean ordersTasks() {
    return false;
  }

  /** The losses over a chunk of the batch; they add up over the chunks. */
  JointLoss loss(Scope scope, List<Node> logits, Targets targets, List<Task> tasks);
}
