package dev.tandem.model;

import dev.tandem.graph.Node;
import java.util.List;

/**
 * A model's losses, all scalars.
 *
 * @param tasks each task's own loss, before its weight
 * @param total what is minimised, without the scope's penalties
 */
public record JointLoss(List<Node> tasks, Node total) {
  public JointLoss {
    tasks = List.copyOf(tasks);
  }
}
