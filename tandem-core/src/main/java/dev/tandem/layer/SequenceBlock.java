package dev.tandem.layer;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.expandLike;
import static dev.tandem.graph.Nodes.insert;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.pick;
import static dev.tandem.graph.Nodes.relu;
import static dev.tandem.graph.Nodes.remove;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.select;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.step;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import java.util.List;

/**
 * Ways to read a behaviour sequence as one vector. A padded position never changes the result or a
 * gradient, and an empty sequence gives zeros.
 */
public enum SequenceBlock {
  /** Masked mean of the steps. */
  MEAN,
  /** Masked sum of the steps. */
  SUM,
  /** Masked maximum of the steps, by component. */
  MAX,
  /**
   * DIN's local activation (Zhou et al., KDD 2018): a small network weighs each step against the
   * target; no softmax.
   */
  DIN,
  /** Multi-head attention of the target over the steps. */
  TARGET_ATTENTION,
  /** A Transformer layer over the steps, then their masked mean. */
  TRANSFORMER,
  /**
   * A Transformer layer with the target in front of the steps (BST, Chen et al. 2019); the target's
   * position is the result.
   */
  TRANSFORMER_WITH_TARGET;

  private static final int HEADS = 2;
  private static final double EPSILON = 1e-5;

  /**
   * One vector per row.
   *
   * @param steps [B,L,d]
   * @param valid [B,L]: 1 for a step, 0 for padding
   * @param target the candidate's vector [B,d]
   * @return [B,d]
   */
  public Node build(Scope scope, Node steps, Node valid, Node target) {
    Node mask = insert(valid, 2); // [B,L,1]
    return switch (this) {
      case SUM -> sum(mul(steps, mask), false, 1);
      case MEAN -> mean(steps, valid);
      case MAX -> max(steps, mask, valid);
      case DIN -> din(scope, steps, mask, target);
      case TARGET_ATTENTION -> targetAttention(scope, steps, valid, target, heads(steps));
      case TRANSFORMER -> mean(transformer(scope, steps, valid), valid);
      case TRANSFORMER_WITH_TARGET -> withTarget(scope, steps, valid, target);
    };
  }

  private static int heads(Node steps) {
    return steps.width() % HEADS == 0 ? HEADS : 1;
  }

  /** Masked mean [B,d]; zeros for an empty sequence. */
  public static Node mean(Node steps, Node valid) {
    Node n = sum(valid, true, 1); // [B,1]
    Node atLeastOne = add(n, sub(scalar(1), step(n)));
    return div(sum(mul(steps, insert(valid, 2)), false, 1), atLeastOne);
  }

  private static Node max(Node steps, Node mask, Node valid) {
    Node low = select(expandLike(mask, steps), steps, scalar(-1e30));
    return select(any(valid), remove(Nodes.max(low, 1), 1), scalar(0));
  }

  /** 1 for rows with at least one step, [B,1]. */
  public static Node any(Node valid) {
    return step(sum(valid, true, 1));
  }

  private static Node din(Scope scope, Node steps, Node mask, Node target) {
    int d = steps.width();
    Node v = expandLike(insert(target, 1), steps);
    Node pair = concat(steps, v, sub(steps, v), mul(steps, v)); // [B,L,4d]
    Node hidden = relu(Layers.dense(scope.at("din", 0), pair, Math.max(8, d)));
    Node weight = mul(Layers.dense(scope.at("din", 1), hidden, 1), mask); // [B,L,1]
    return sum(mul(steps, weight), false, 1);
  }

  /**
   * What is added to attention scores: 0 for a step, a number of no return for padding; [B,1,1,L].
   */
  public static Node maskBias(Node valid) {
    return insert(insert(scale(sub(valid, scalar(1)), 1e30), 1), 1);
  }

  /** Parameters {@code pool.Wq}, {@code Wk}, {@code Wv}, {@code Wo} [d,d]. */
  public static Node targetAttention(Scope scope, Node steps, Node valid, Node target, int heads) {
    int d = steps.width();
    Scope pool = scope.at("pool");
    Node values = matmul(steps, pool.glorot("Wv", d, d));
    return targetAttention(pool, steps, values, valid, target, heads);
  }

  /** The same with values that are already there. */
  public static Node targetAttention(
      Scope pool, Node steps, Node values, Node valid, Node target, int heads) {
    int d = steps.width();
    Node q = insert(matmul(target, pool.glorot("Wq", d, d)), 1); // [B,1,d]
    Node k = matmul(steps, pool.glorot("Wk", d, d));
    Node o = remove(attend(q, k, values, valid, heads), 1);
    return mul(matmul(o, pool.glorot("Wo", d, d)), any(valid));
  }

  /** Masked multi-head attention: queries [B,N,d] over keys and values [B,L,d] → [B,N,d]. */
  public static Node attend(Node q, Node k, Node v, Node valid, int heads) {
    Node scaled = scale(q, 1 / Math.sqrt((double) q.width() / heads)); // there are fewer of these
    Node scores = SelfAttention.scores(scaled, k, heads);
    Node weights = softmax(add(scores, maskBias(valid))); // [B,h,N,L]
    return SelfAttention.mixed(weights, v, heads);
  }

  /** One post-norm Transformer layer over the steps, [B,L,d] → [B,L,d]. */
  private static Node transformer(Scope scope, Node steps, Node valid) {
    int d = steps.width();
    Node q = matmul(steps, scope.glorot("WQ", d, d));
    Node k = matmul(steps, scope.glorot("WK", d, d));
    Node v = matmul(steps, scope.glorot("WV", d, d));
    Node a = matmul(attend(q, k, v, valid, heads(steps)), scope.glorot("WO", d, d));
    Node y = norm(scope.at("norm", 0), add(steps, a));
    Node f = Layers.dense(scope.at("ffn", 1), relu(Layers.dense(scope.at("ffn", 0), y, 2 * d)), d);
    return norm(scope.at("norm", 1), add(y, f));
  }

  private static Node norm(Scope scope, Node x) {
    int d = x.width();
    Node gamma = scope.parameter("gamma", Init.ONES, Role.BIAS, d);
    return add(mul(Nodes.normalise(x, EPSILON), gamma), scope.bias("beta", d));
  }

  private static Node withTarget(Scope scope, Node steps, Node valid, Node target) {
    Node all = concat(1, List.of(insert(target, 1), steps)); // [B,L+1,d]
    Node here = add(Nodes.zerosLike(Nodes.slice(valid, 1, 0, 1)), scalar(1));
    Node present = concat(1, List.of(here, valid));
    return mul(pick(transformer(scope, all, present), 1, 0), any(valid));
  }
}
