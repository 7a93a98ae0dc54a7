package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.clamp;
import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.log;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.pick;
import static dev.tandem.graph.Nodes.relu;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.sigmoid;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Layers;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Sub-network routing (Ma et al., AAAI 2019): layers of parallel sub-networks whose connections are
 * switched by hard-concrete variables (Louizos et al., ICLR 2018) under an L0 penalty. Parameters
 * {@code layer.l.net.i.*}, {@code conn.l.logalpha [next, n]}, {@code conn.l.W.i.j}.
 */
@Doc("Sub-networks with learned, prunable connections.")
public record Snr(
    @Doc("Number of sub-networks of each layer.") @Default("[4, 4]") @Range(min = 1)
        List<Integer> nets,
    @Doc("Width of every sub-network.") @Default("64") @Range(min = 1) int width,
    @Doc("Layers of every sub-network in front of its last one.") @Default("[]") Mlp hidden,
    @Doc("Connections with a matrix (trans) or as weighted sums (aver).") @Default("trans")
        Connection connection,
    @Doc("Weight of the expected number of connections in the loss.")
        @Default("0.0001")
        @Range(min = 0)
        double lambda,
    @Doc("Temperature of the hard-concrete distribution.")
        @Default("0.6666666666666666")
        @Range(min = 0.01)
        double beta,
    @Doc("Lower end of the stretched interval, below 0.") @Default("-0.1") @Range(max = -1e-6)
        double gamma,
    @Doc("Upper end of the stretched interval, above 1.") @Default("1.1") @Range(min = 1.000001)
        double zeta,
    @Doc("Whether weighted sums are divided by the sum of their weights.") @Default("false")
        boolean normalise)
    implements Body {

  /** Kinds of connections. */
  public enum Connection {
    TRANS,
    AVER
  }

  private static final double EPSILON = 1e-6;

  public Snr {
    nets = List.copyOf(nets);
    if (nets.isEmpty()) {
      throw new IllegalArgumentException(
          "nets is empty; it takes a number of sub-networks per layer");
    }
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    if (!in.isTaskSpecific()) {
      Node x = in.shared().flat();
      List<Node> first = new ArrayList<>();
      for (int i = 0; i < nets.get(0); i++) {
        first.add(net(scope, 0, i, x));
      }
      return upwards(scope, first, tasks.size());
    }
    // task-specific inputs are the lowest sub-networks, connected like any other layer
    List<Node> lowest = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      lowest.add(relu(Layers.dense(scope.at("input", k), in.of(k).flat(), width)));
    }
    List<Node> v = connect(scope.at("conn", "input"), lowest, nets.get(0));
    List<Node> first = new ArrayList<>();
    for (int i = 0; i < nets.get(0); i++) {
      first.add(net(scope, 0, i, v.get(i)));
    }
    return upwards(scope, first, tasks.size());
  }

  private List<Node> upwards(Scope scope, List<Node> first, int tasks) {
    List<Node> u = first;
    int top = nets.size() - 1;
    for (int l = 0; l < top; l++) {
      List<Node> v = connect(scope.at("conn", l), u, nets.get(l + 1));
      u = new ArrayList<>();
      for (int i = 0; i < v.size(); i++) {
        u.add(net(scope, l + 1, i, v.get(i)));
      }
    }
    return connect(scope.at("conn", top), u, tasks);
  }

  private Node net(Scope scope, int layer, int i, Node x) {
    Scope net = scope.at("layer", layer, "net", i);
    return relu(Layers.dense(net, hidden.build(net.at("hidden"), x), width));
  }

  /** v_i = Σ_j z_ij (u_j W_ij). */
  private List<Node> connect(Scope scope, List<Node> u, int next) {
    Node z = switches(scope, next, u.size()); // [next, n]
    List<Node> v = new ArrayList<>();
    for (int i = 0; i < next; i++) {
      Node row = pick(z, 0, i);
      List<Node> parts = new ArrayList<>();
      for (int j = 0; j < u.size(); j++) {
        Node sent = u.get(j);
        if (connection == Connection.TRANS) {
          sent = matmul(sent, scope.glorot("W." + i + "." + j, sent.width(), width));
        }
        parts.add(mul(sent, pick(row, 0, j)));
      }
      Node total = Nodes.add(parts);
      v.add(normalise ? div(total, add(sum(row), scalar(EPSILON))) : total);
    }
    return v;
  }

  /**
   * The connections' switches in [0,1]: drawn in training, one draw per connection and step; their
   * evaluation value otherwise.
   */
  private Node switches(Scope scope, int next, int n) {
    Node logAlpha = scope.parameter("logalpha", new Init.Normal(0.01), Role.CONNECTION, next, n);
    Node z = scope.training() ? drawn(scope, logAlpha, next, n) : stretched(sigmoid(logAlpha));
    scope.probe("z", z);
    Node open = sigmoid(sub(logAlpha, scalar(beta * Math.log(-gamma / zeta)))); // P(z ≠ 0)
    scope.penalty("l0", scale(sum(open), lambda));
    return z;
  }

  private Node drawn(Scope scope, Node logAlpha, int next, int n) {
    Node u = clamp(scope.uniform("u", Shape.of(next, n)), EPSILON, 1 - EPSILON);
    Node noise = sub(log(u), log(sub(scalar(1), u)));
    return stretched(sigmoid(scale(add(noise, logAlpha), 1 / beta)));
  }

  private Node stretched(Node s) {
    return clamp(add(scale(s, zeta - gamma), scalar(gamma)), 0, 1);
  }
}
