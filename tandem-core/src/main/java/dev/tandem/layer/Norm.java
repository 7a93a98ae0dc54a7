package dev.tandem.layer;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.mean;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.normalise;
import static dev.tandem.graph.Nodes.reshape;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.sqrt;
import static dev.tandem.graph.Nodes.sub;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;

/** Normalisation between a dense layer and its activation. */
public enum Norm {
  NONE,
  /** Over the units of a row. */
  LAYER,
  /**
   * Over the rows of a chunk in training (a batch is split into chunks), by running statistics
   * otherwise.
   */
  BATCH;

  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;

  /** {@code x [B,n]} normalised; parameters {@code gamma [n]}, {@code beta [n]}. */
  public Node apply(Scope scope, Node x) {
    if (this == NONE) {
      return x;
    }
    int n = x.width();
    Node normal = this == LAYER ? normalise(x, EPSILON) : batch(scope, x, n);
    Node gamma = scope.parameter("gamma", Init.ONES, Role.BIAS, n);
    return add(mul(normal, gamma), scope.bias("beta", n));
  }

  private static Node batch(Scope scope, Node x, int n) {
    Node runningMean = scope.parameter("mean", Init.ZEROS, Role.STATE, n);
    Node runningVariance = scope.parameter("variance", Init.ONES, Role.STATE, n);
    if (!scope.training()) {
      return div(sub(x, runningMean), sqrt(add(runningVariance, scalar(EPSILON))));
    }
    Node mean = mean(x, true, 0); // [1,n]
    Node centred = sub(x, mean);
    Node variance = mean(mul(centred, centred), true, 0);
    scope.update(runningMean, moved(runningMean, mean, n));
    scope.update(runningVariance, moved(runningVariance, variance, n));
    return div(centred, sqrt(add(variance, scalar(EPSILON))));
  }

  private static Node moved(Node running, Node seen, int n) {
    return add(scale(running, 1 - MOMENTUM), scale(reshape(seen, Shape.of(n)), MOMENTUM));
  }
}
