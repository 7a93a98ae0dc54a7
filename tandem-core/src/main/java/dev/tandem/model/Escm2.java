package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.relu;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.sigmoid;
import static dev.tandem.graph.Nodes.softplus;
import static dev.tandem.graph.Nodes.square;
import static dev.tandem.graph.Nodes.step;
import static dev.tandem.graph.Nodes.stopGradient;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.loss.Losses;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Entire-space counterfactual multi-task model (Wang et al., SIGIR 2022): ESMM's losses plus a
 * conversion loss on the clicked rows, made unbiased by inverse propensities (IPS) or doubly robust
 * with an imputation tower (DR). The propensity is the click probability, clipped below and cut off
 * from the gradient. Measure {@code clipped}: share of the rows at the clip. Probe {@code imputed}.
 */
@Doc("ESMM with a conversion loss corrected by inverse propensities or doubly robust.")
public record Escm2(
    @Doc("Inverse propensities (ips) or doubly robust (dr).") @Default("dr") Estimator estimator,
    @Doc("Lower limit of the propensity; with rare clicks a high one clips nearly every row.")
        @Default("0.01")
        @Range(min = 1e-6, max = 1)
        double clip,
    @Doc("Weight of the conversion loss.") @Default("0.5") @Range(min = 0) double lambdaC,
    @Doc("Weight of the product's loss.") @Default("0.5") @Range(min = 0) double lambdaG,
    @Doc(
            "Divide by the sum of inverse propensities instead of the number of rows (ips; over a chunk).")
        @Default("false")
        boolean selfNormalised,
    @Doc(
            "What the imputation tower gives: the error itself (joint), or a label to compare with (pseudo_label).")
        @Default("joint")
        Imputation imputation)
    implements Head {

  /** Estimators of the conversion loss. */
  public enum Estimator {
    IPS,
    DR
  }

  /** What the imputation tower gives. */
  public enum Imputation {
    /** δ̂ = softplus(logit); gradients everywhere but in the propensity. */
    JOINT,
    /**
     * δ̂ = BCE(p_cvr, stop(σ(logit))): the conversion tower also learns on rows without a click.
     */
    PSEUDO_LABEL
  }

  @Override
  public List<Task> auxiliary(List<Task> tasks) {
    return estimator == Estimator.DR ? List.of(Task.binary("imputation", "null")) : List.of();
  }

  @Override
  public Map<String, Node> predictions(Scope scope, List<Node> logits, List<Task> tasks) {
    return Funnel.predictions(logits, tasks, products(tasks));
  }

  @Override
  public List<Product> products(List<Task> tasks) {
    return Esmm.products(tasks, "escm2");
  }

  @Override
  public JointLoss loss(Scope scope, List<Node> logits, Targets targets, List<Task> tasks) {
    Funnel funnel = Funnel.of(tasks, "escm2");
    Node ctcvr = Esmm.ctcvr(logits, targets, funnel);
    Node cvr = conversion(scope, logits, targets, funnel, tasks.size());
    scope.probe("loss.ctcvr", ctcvr);
    List<Node> losses = new ArrayList<>();
    Node total = add(scale(cvr, lambdaC), scale(ctcvr, lambdaG));
    for (int k = 0; k < tasks.size(); k++) {
      Node loss = k == funnel.second() ? cvr : Esmm.own(k, logits, targets, tasks);
      losses.add(loss);
      total = k == funnel.second() ? total : add(total, loss);
    }
    return new JointLoss(losses, total);
  }

  private Node conversion(
      Scope scope, List<Node> logits, Targets targets, Funnel funnel, int tasks) {
    Node rows = targets.weight(funnel.first()); // 1/|D| where the click is observed
    Node clicked = mul(targets.label(funnel.first()), targets.observed(funnel.second()));
    Node ctr = sigmoid(logits.get(funnel.first()));
    Node q = stopGradient(add(relu(sub(ctr, scalar(clip))), scalar(clip)));
    scope.measure("clipped", sum(mul(rows, step(sub(scalar(clip), ctr)))));
    Node cvrLogit = logits.get(funnel.second());
    Node error = Losses.binary(cvrLogit, targets.label(funnel.second()));
    Node inverse = div(clicked, q);
    if (estimator == Estimator.IPS) {
      Node weighted = sum(mul(rows, mul(inverse, error)));
      if (!selfNormalised) {
        return weighted;
      }
      Node norm = sum(mul(rows, inverse));
      // a chunk without a click has weighted = 0: any positive divisor will do
      return mul(targets.share(), div(weighted, add(norm, sub(scalar(1), step(norm)))));
    }
    Node logit = logits.get(tasks);
    Node imputed =
        imputation == Imputation.JOINT
            ? softplus(logit)
            : Losses.binary(cvrLogit, stopGradient(sigmoid(logit)));
    scope.probe("imputed", imputed);
    Node gap = sub(error, imputed);
    Node err = sum(mul(rows, add(imputed, mul(inverse, gap))));
    // the pseudo label has no gradient of its own in its error: here it learns to meet it
    Node target =
        imputation == Imputation.JOINT ? gap : sub(stopGradient(error), pseudo(cvrLogit, logit));
    Node imp = sum(mul(rows, mul(inverse, square(target))));
    scope.probe("loss.err", err);
    scope.probe("loss.imp", imp);
    return add(err, imp);
  }

  private static Node pseudo(Node cvrLogit, Node logit) {
    return Losses.binary(stopGradient(cvrLogit), sigmoid(logit));
  }
}
