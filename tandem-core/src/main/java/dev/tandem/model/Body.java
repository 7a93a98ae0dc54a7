package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.schema.Task;
import java.util.List;

/** How tasks share. Implementations are records whose components are the hyper-parameters. */
public interface Body {
  /**
   * One node per task: a representation [B,h] for its tower, or its logit if {@link #givesLogits}.
   */
  List<Node> build(Scope scope, Representation in, List<Task> tasks);

  /**
   * Whether the body has its own towers, so that {@link #build} returns logits [B, task.outputs()].
   */
  default boolean givesLogits() {
    return false;
  }

  /** Whether a task is taken for a behaviour that needs that of the task before it. */
  default boolean ordersTasks() {
    return false;
  }

  /** The head that belongs to the body's paper, used when a configuration names none. */
  default Head defaultHead() {
    return new Independent();
  }
}
