package dev.tandem.parity;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Body;
import dev.tandem.model.Escm2;
import dev.tandem.model.Esmm;
import dev.tandem.model.Features;
import dev.tandem.model.Head;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.Representation;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.scoring.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Heads over two towers (and an imputation tower) on one input: ESMM, ESCM²-IPS and -DR. */
final class EsmmFamily implements Family {
  private static final List<Task> TASKS =
      List.of(
          Task.binary("ctr", "click"),
          new Task("cvr", TaskKind.BINARY, "conversion", Optional.of("ctr"), 1, 1, 1));

  @Override
  public Set<String> models() {
    return Set.of("esmm", "escm2_ips", "escm2_dr");
  }

  @Override
  public Wiring wire(ParityCase one) {
    Scope scope = Scope.root(true);
    Node x = scope.input("x", Shape.batch(one.integer("inputWidth")));
    Graph graph =
        new MultiTaskModel(
                new SharedEmbedding(),
                new Straight(),
                Mlp.of(one.integers("towerHidden")),
                head(one))
            .training(scope, Representation.shared(Features.of(x)), TASKS);
    Wiring wiring = new Wiring();
    wiring.input("x", "x", one.input("x"));
    feed(one, wiring);
    Node ctr = graph.output("loss.ctr");
    wiring.result("outputs.pCtr", graph.output("prediction.ctr"));
    wiring.result("outputs.pCvr", graph.output("prediction.cvr"));
    wiring.result("outputs.pCtcvr", graph.output("prediction.ctcvr"));
    wiring.result("losses.ctr", ctr).result("losses.total", graph.output("loss"));
    boolean esmm = one.model().equals("esmm");
    wiring.result("losses.ctcvr", graph.output(esmm ? "loss.cvr" : "probe.loss.ctcvr"));
    wiring.result("losses.cvr", graph.output("loss.cvr"));
    Node logits = Nodes.concat(graph.output("logit.ctr"), graph.output("logit.cvr"));
    if (one.model().equals("escm2_dr")) {
      Node imputed = graph.output("probe.imputed");
      wiring.result("outputs.deltaHat", imputed);
      wiring.result("losses.err", graph.output("probe.loss.err"));
      wiring.result("losses.imp", graph.output("probe.loss.imp"));
      // softplus inverted: the imputation tower's logit
      Node logit = Nodes.log(Nodes.sub(Nodes.exp(imputed), Nodes.scalar(1)));
      logits = Nodes.concat(logits, logit);
    }
    wiring.result("outputs.logits", logits);
    return wiring;
  }

  private static Head head(ParityCase one) {
    if (one.model().equals("esmm")) {
      return new Esmm(one.number("ctcvrWeight"));
    }
    boolean ips = one.model().equals("escm2_ips");
    return new Escm2(
        ips ? Escm2.Estimator.IPS : Escm2.Estimator.DR,
        one.number("clip"),
        one.number("lambdaC"),
        one.number("lambdaG"),
        one.flag("selfNormalised"),
        one.has("imputation") && one.text("imputation").equals("PSEUDO_LABEL")
            ? Escm2.Imputation.PSEUDO_LABEL
            : Escm2.Imputation.JOINT);
  }

  /** Conversions are observed within the clicks; outside them the label is 0 with weight 0. */
  private static void feed(ParityCase one, Wiring wiring) {
    double[] click = ParityCase.tensor(one.json().get("labels").get("click")).data();
    double[] conversion = ParityCase.tensor(one.json().get("labels").get("conversion")).data();
    int rows = click.length;
    double clicks = Math.max(1, Arrays.stream(click).sum());
    double[] labels = new double[2 * rows];
    double[] weights = new double[2 * rows];
    double[] share = new double[rows];
    for (int i = 0; i < rows; i++) {
      labels[2 * i] = click[i];
      labels[2 * i + 1] = click[i] * conversion[i];
      weights[2 * i] = 1.0 / rows;
      weights[2 * i + 1] = click[i] / clicks;
      share[i] = 1.0 / rows;
    }
    wiring.feed("labels", new Tensor(labels, rows, 2));
    wiring.feed("weights", new Tensor(weights, rows, 2));
    wiring.feed("rowWeight", new Tensor(share, rows, 1));
  }

  /** Every task's tower reads the input itself. */
  private record Straight() implements Body {
    @Override
    public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
      return tasks.stream().map(t -> in.shared().flat()).toList();
    }
  }
}
