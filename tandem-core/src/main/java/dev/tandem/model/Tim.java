package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.insert;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.normalise;
import static dev.tandem.graph.Nodes.pick;
import static dev.tandem.graph.Nodes.relu;
import static dev.tandem.graph.Nodes.reshape;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.slice;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.zerosLike;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.graph.Slice;
import dev.tandem.layer.Layers;
import dev.tandem.layer.SequenceBlock;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.ArrayList;
import java.util.List;

/**
 * DTRN's task-specific interest module (Liu et al., CIKM 2023): one Transformer reads every
 * behaviour sequence once per task; what differs by (task, behaviour type) are the scales and
 * shifts of its layer norms, which a hypernetwork makes from two small embeddings. Parameters
 * {@code tim.task_emb}, {@code tim.beh_emb}, {@code tim.hyper.*}, {@code tim.pos.m}, {@code
 * tim.layer.l.*}, {@code tim.pool.*}.
 */
@Doc("Task-specific reading of behaviour sequences.")
public record Tim(
    @Doc("Number of Transformer layers.") @Default("1") @Range(min = 1) int layers,
    @Doc("Number of attention heads, a divisor of the embedding width.")
        @Default("2")
        @Range(min = 1)
        int heads,
    @Doc("Inner width of the Transformer as a multiple of the embedding width.")
        @Default("2")
        @Range(min = 1)
        int expansion,
    @Doc("How the encoded sequence becomes one vector.") @Default("target_attention") Pool pooling,
    @Doc("Put the candidate in front of the sequence and take its position as the result.")
        @Default("false")
        boolean targetInSequence,
    @Doc("Whether positions have learned embeddings.") @Default("true") boolean positional,
    @Doc("What conditions the reading: hypernetwork, generated_linear, ln_off or private.")
        @Default("hypernetwork")
        Condition condition,
    @Doc("Rank of the generated update of the values (generated_linear).")
        @Default("2")
        @Range(min = 1)
        int generatedRank,
    @Doc("Width of a task's embedding.") @Default("16") @Range(min = 1) int taskDim,
    @Doc("Width of a behaviour type's embedding.") @Default("16") @Range(min = 1) int behaviourDim,
    @Doc("Hidden width of the hypernetwork.") @Default("32") @Range(min = 1) int hyperUnits,
    @Doc("Dropout after attention and feed-forward part in training.")
        @Default("0.1")
        @Range(min = 0, max = 0.95)
        double dropout,
    @Doc("Whether an empty sequence has a learned vector per behaviour type instead of zeros.")
        @Default("false")
        boolean learnedEmpty) {

  /** From the encoded steps to one vector. */
  public enum Pool {
    TARGET_ATTENTION,
    MEAN,
    /** The most recent step. */
    LAST
  }

  /** What differs by task and behaviour type. */
  public enum Condition {
    /** Scales and shifts from the hypernetwork. */
    HYPERNETWORK,
    /** Those, and a low-rank update of the pooling's value matrix. */
    GENERATED_LINEAR,
    /** Plain layer norms common to all pairs: the ablation. */
    LN_OFF,
    /** Scales and shifts of each pair as free parameters. */
    PRIVATE
  }

  private static final double EPSILON = 1e-5;

  /** One interest vector per task and sequence: result [task][sequence], each [B,d]. */
  List<List<Node>> build(Scope root, Sequences sequences, int tasks) {
    Scope scope = root.at("tim");
    List<List<Node>> interests = new ArrayList<>();
    for (int k = 0; k < tasks; k++) {
      interests.add(new ArrayList<>());
    }
    for (int m = 0; m < sequences.count(); m++) {
      Reader reader = reader(scope, sequences, m);
      // the first layer's attention does not depend on the task: computed once, used by all
      Node attended = reader.attention(0, reader.steps);
      for (int k = 0; k < tasks; k++) {
        Node modulation = modulation(scope, k, m, tasks, sequences.count(), reader.d);
        interests.get(k).add(reader.read(modulation, attended));
      }
    }
    return interests;
  }

  private Reader reader(Scope scope, Sequences all, int m) {
    Node steps = all.steps().get(m);
    Node valid = all.valid().get(m);
    Node target = all.targets().get(m);
    int d = steps.width();
    int max = all.positions().get(m).width();
    Node table =
        scope.weight("pos." + m, new Init.Normal(0.01), max + (targetInSequence ? 1 : 0), d);
    if (positional) {
      Node history = targetInSequence ? slice(table, 0, 1, Slice.END) : table;
      steps = add(steps, matmul(all.positions().get(m), history)); // [L,d] broadcasts
    }
    Node present = valid;
    if (targetInSequence) {
      Node first = insert(target, 1);
      first = positional ? add(first, slice(table, 0, 0, 1)) : first;
      steps = concat(1, List.of(first, steps)); // [B,L+1,d]
      Node here = add(zerosLike(slice(valid, 1, 0, 1)), scalar(1));
      present = concat(1, List.of(here, valid));
    }
    return new Reader(scope, m, steps, present, valid, target, d);
  }

  private int norms() {
    return 2 * layers;
  }

  /** Scales and shifts of pair (k,m), then the generated update: [norms·2·d (+ 2·d·rank)]. */
  private Node modulation(Scope scope, int k, int m, int tasks, int behaviours, int d) {
    int size = norms() * 2 * d;
    return switch (condition) {
      case LN_OFF -> scope.parameter("norm", new Init.Values(identity(d, 1, 0)), Role.BIAS, size);
      case PRIVATE ->
          pick(
              pick(
                  scope.parameter(
                      "private",
                      new Init.Values(identity(d, tasks * behaviours, 0)),
                      Role.BIAS,
                      tasks,
                      behaviours,
                      size),
                  0,
                  k),
              0,
              m);
      case HYPERNETWORK -> hyper(scope, k, m, tasks, behaviours, d, 0);
      case GENERATED_LINEAR -> hyper(scope, k, m, tasks, behaviours, d, 2 * d * generatedRank);
    };
  }

  private Node hyper(Scope scope, int k, int m, int tasks, int behaviours, int d, int generated) {
    Node task = scope.weight("task_emb", new Init.Normal(0.1), tasks, taskDim);
    Node behaviour = scope.weight("beh_emb", new Init.Normal(0.1), behaviours, behaviourDim);
    Node c = concat(slice(task, 0, k, k + 1L), slice(behaviour, 0, m, m + 1L)); // [1,dt+dc]
    Scope hyper = scope.at("hyper");
    int out = norms() * 2 * d + generated;
    Node h =
        relu(
            add(
                matmul(c, hyper.glorot("W1", taskDim + behaviourDim, hyperUnits)),
                hyper.bias("b1", hyperUnits)));
    Node w2 = hyper.weight("W2", new Init.Normal(0.01), hyperUnits, out);
    // at the start every pair is an ordinary layer norm; never decayed towards anything else
    Node b2 = hyper.parameter("b2", new Init.Values(identity(d, 1, generated)), Role.BIAS, out);
    return reshape(add(matmul(h, w2), b2), Shape.of(out));
  }

  /** Scale 1 and shift 0 for every norm, {@code copies} times, then zeros. */
  private List<Double> identity(int d, int copies, int zeros) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < copies * norms() * 2; i++) {
      for (int j = 0; j < d; j++) {
        values.add(i % 2 == 0 ? 1.0 : 0.0);
      }
    }
    for (int i = 0; i < zeros; i++) {
      values.add(0.0);
    }
    return values;
  }

  /** One behaviour sequence on its way through the Transformer. */
  private final class Reader {
    private final Scope scope;
    private final int m;
    private final Node steps;
    private final Node present;
    private final Node valid;
    private final Node target;
    private final int d;

    Reader(Scope scope, int m, Node steps, Node present, Node valid, Node target, int d) {
      this.scope = scope;
      this.m = m;
      this.steps = steps;
      this.present = present;
      this.valid = valid;
      this.target = target;
      this.d = d;
    }

    /** Multi-head self-attention of layer l over x [B,L,d]. */
    Node attention(int l, Node x) {
      Scope layer = scope.at("layer", l);
      Node q = matmul(x, layer.glorot("WQ", d, d));
      Node k = matmul(x, layer.glorot("WK", d, d));
      Node v = matmul(x, layer.glorot("WV", d, d));
      return matmul(SequenceBlock.attend(q, k, v, present, heads), layer.glorot("WO", d, d));
    }

    /**
     * The interest vector [B,d] under one modulation. Scales and shifts are never laid over the
     * steps: they go into the weights that read them, which are small.
     */
    Node read(Node modulation, Node attended) {
      Node x = steps;
      Scaled last = new Scaled(x, scalar(1), scalar(0));
      for (int l = 0; l < layers; l++) {
        Scope layer = scope.at("layer", l);
        x = l == 0 ? steps : last.value();
        Node a = l == 0 ? attended : attention(l, x);
        // a behaviour's draws serve all tasks: they are as long as its sequence
        Node kept = Layers.dropout(layer.at("attention", m), a, dropout);
        Scaled y = norm(add(x, kept), modulation, 2 * l);
        int inner = expansion * d;
        Node f = relu(y.times(layer.glorot("F1", d, inner), layer.bias("f1", inner)));
        f = add(matmul(f, layer.glorot("F2", inner, d)), layer.bias("f2", d));
        f = Layers.dropout(layer.at("feed", m), f, dropout);
        last = norm(add(y.value(), f), modulation, 2 * l + 1);
      }
      return whenEmpty(targetInSequence ? last.of(pick(last.core, 1, 0)) : pool(last, modulation));
    }

    private Scaled norm(Node x, Node modulation, int i) {
      Node gamma = slice(modulation, 0, 2L * i * d, (2L * i + 1) * d);
      Node beta = slice(modulation, 0, (2L * i + 1) * d, (2L * i + 2) * d);
      return new Scaled(normalise(x, EPSILON), gamma, beta);
    }

    private Node pool(Scaled z, Node modulation) {
      return switch (pooling) {
        case MEAN -> mul(z.of(SequenceBlock.mean(z.core, valid)), SequenceBlock.any(valid));
        case LAST -> z.of(pick(z.core, 1, 0));
        case TARGET_ATTENTION -> targetAttention(z, modulation);
      };
    }

    /**
     * Attention of the candidate over the steps. A head's scores are ⟨q, kᵢ⟩ = ⟨q Wkᵀ, zᵢ⟩ up to
     * what is common to all steps, its result Σ aᵢ (zᵢ Wv) = (Σ aᵢ zᵢ) Wv: no step is multiplied by
     * a matrix.
     */
    private Node targetAttention(Scaled z, Node modulation) {
      Scope pool = scope.at("pool");
      Node q = matmul(target, pool.glorot("Wq", d, d)); // [B,d]
      Node wk = z.rows(pool.glorot("Wk", d, d));
      Node wv = add(pool.glorot("Wv", d, d), generated(modulation));
      int width = d / heads;
      List<Node> queries = new ArrayList<>();
      for (int h = 0; h < heads; h++) {
        long from = (long) h * width;
        Node own = slice(wk, 1, from, from + width); // [d,d/h]
        Node query = matmul(slice(q, 1, from, from + width), own, false, true);
        queries.add(insert(scale(query, 1 / Math.sqrt(width)), 1));
      }
      Node scores = matmul(concat(1, queries), z.core, false, true); // [B,h,L]
      Node masked = add(scores, insert(scale(sub(valid, scalar(1)), 1e30), 1));
      Node pooled = matmul(softmax(masked), z.core); // [B,h,d]
      List<Node> results = new ArrayList<>();
      for (int h = 0; h < heads; h++) {
        long from = (long) h * width;
        results.add(matmul(z.of(pick(pooled, 1, h)), slice(wv, 1, from, from + width)));
      }
      Node all = concat(1, results);
      return mul(matmul(all, pool.glorot("Wo", d, d)), SequenceBlock.any(valid));
    }

    /** The generated update A·B of the value matrix, [d,d]; nothing without it. */
    private Node generated(Node modulation) {
      if (condition != Condition.GENERATED_LINEAR) {
        return scalar(0);
      }
      int from = norms() * 2 * d;
      int half = d * generatedRank;
      Node a = reshape(slice(modulation, 0, from, (long) from + half), Shape.of(d, generatedRank));
      Node b =
          reshape(
              slice(modulation, 0, (long) from + half, (long) from + 2L * half),
              Shape.of(generatedRank, d));
      return matmul(a, b);
    }

    private Node whenEmpty(Node u) {
      Node any = SequenceBlock.any(valid);
      Node kept = mul(u, any);
      if (!learnedEmpty) {
        return kept;
      }
      Node empty = scope.bias("empty." + m, d);
      return add(kept, mul(Nodes.insert(empty, 0), sub(scalar(1), any)));
    }
  }

  /** The vectors core ⊙ gamma + beta, not computed until they must be. */
  private record Scaled(Node core, Node gamma, Node beta) {
    Node value() {
      return of(core);
    }

    /** The same scale and shift over other vectors. */
    Node of(Node x) {
      return add(mul(x, gamma), beta);
    }

    /** value · w + b, by way of a scaled w and a shifted b. */
    Node times(Node w, Node b) {
      Node shifted = add(reshape(matmul(insert(beta, 0), w), b.shape()), b);
      return add(matmul(core, rows(w)), shifted);
    }

    /** A matrix that reads value, as one that reads core; what beta adds is left out. */
    Node rows(Node w) {
      return mul(w, insert(gamma, 1));
    }
  }
}
