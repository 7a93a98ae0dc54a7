package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
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
 * Entire-space multi-task model (Ma et al., SIGIR 2018): the conversion tower has no loss of its
 * own; the product p_ctr · p_cvr is trained on all impressions. Tasks outside the funnel keep their
 * own losses. The product is the prediction {@code ctcvr}.
 */
@Doc("Conversion through the product with the click, over all impressions.")
public record Esmm(
    @Doc("Weight of the product's loss.") @Default("1") @Range(min = 0) double ctcvrWeight)
    implements Head {

  @Override
  public Map<String, Node> predictions(Scope scope, List<Node> logits, List<Task> tasks) {
    return Funnel.predictions(logits, tasks, products(tasks));
  }

  @Override
  public List<Product> products(List<Task> tasks) {
    return products(tasks, "esmm");
  }

  /** Those declared; otherwise that of the two tasks which the head takes for a funnel. */
  static List<Product> products(List<Task> tasks, String head) {
    List<Product> declared = Funnel.products(tasks);
    if (!declared.isEmpty()) {
      return declared;
    }
    Funnel funnel = Funnel.of(tasks, head);
    List<Task> both = List.of(tasks.get(funnel.first()), tasks.get(funnel.second()));
    return Funnel.named(List.of(Product.of(Funnel.PRODUCT, both)), tasks);
  }

  @Override
  public JointLoss loss(Scope scope, List<Node> logits, Targets targets, List<Task> tasks) {
    Funnel funnel = Funnel.of(tasks, "esmm");
    List<Node> losses = new ArrayList<>();
    List<Node> parts = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      boolean product = k == funnel.second();
      Node loss = product ? ctcvr(logits, targets, funnel) : own(k, logits, targets, tasks);
      losses.add(loss);
      parts.add(product ? scale(loss, ctcvrWeight) : loss);
    }
    return new JointLoss(losses, Nodes.add(parts));
  }

  static Node own(int k, List<Node> logits, Targets targets, List<Task> tasks) {
    Node rows = Independent.rowLoss(logits.get(k), targets.label(k), tasks.get(k));
    return sum(mul(targets.weight(k), rows));
  }

  /** Over every row whose click label is observed: outside the clicks the product's label is 0. */
  static Node ctcvr(List<Node> logits, Targets targets, Funnel funnel) {
    Node label = mul(targets.label(funnel.first()), targets.label(funnel.second()));
    Node rows =
        Losses.binaryOfProduct(logits.get(funnel.first()), logits.get(funnel.second()), label);
    return sum(mul(targets.weight(funnel.first()), rows));
  }

  /** ctr + weight · ctcvr, for heads that add more. */
  static Node total(Node ctr, Node ctcvr, double weight) {
    return add(ctr, scale(ctcvr, weight));
  }
}
