package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.clamp;
import static dev.tandem.graph.Nodes.log;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.neg;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.sigmoid;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ESM² (Wen et al., SIGIR 2020): impression → click → decisive action or another action → purchase.
 * Takes three tasks in the order click, action, buy; a further tower gives the purchase after other
 * actions. Predictions: click; action = P(D | click); buy = P(buy | D); {@code ctavr} = click ·
 * action; {@code ctcvr} = click · (action · buy + (1 - action) · buy').
 */
@Doc("Click, decisive action, purchase: three tasks trained over all impressions.")
public record Esm2() implements Head {

  private static final double CLIP = 1e-7;

  @Override
  public List<Task> auxiliary(List<Task> tasks) {
    if (tasks.size() != 3) {
      throw new IllegalArgumentException(
          "model.head: esm2 takes three tasks in the order click, action, buy; found "
              + tasks.size());
    }
    return List.of(Task.binary("buy_after_other_action", "null"));
  }

  @Override
  public Map<String, Node> predictions(Scope scope, List<Node> logits, List<Task> tasks) {
    Map<String, Node> named = new LinkedHashMap<>();
    for (int k = 0; k < 3; k++) {
      named.put(tasks.get(k).name(), sigmoid(logits.get(k)));
    }
    named.put("ctavr", action(logits));
    named.put(Funnel.PRODUCT, purchase(logits));
    return named;
  }

  @Override
  public List<Product> products(List<Task> tasks) {
    return Funnel.named(
        List.of(
            Product.of("ctavr", tasks.subList(0, 2)),
            new Product(Funnel.PRODUCT, List.of(tasks.get(0), tasks.get(2)), tasks.subList(0, 1))),
        tasks);
  }

  private static Node action(List<Node> logits) {
    return mul(sigmoid(logits.get(0)), sigmoid(logits.get(1)));
  }

  private static Node purchase(List<Node> logits) {
    Node d = sigmoid(logits.get(1));
    Node after = mul(d, sigmoid(logits.get(2)));
    Node otherwise = mul(sub(scalar(1), d), sigmoid(logits.get(3)));
    return mul(sigmoid(logits.get(0)), add(after, otherwise));
  }

  @Override
  public JointLoss loss(Scope scope, List<Node> logits, Targets targets, List<Task> tasks) {
    Node rows = targets.weight(0);
    Node click = Esmm.own(0, logits, targets, tasks);
    Node clickAndAction = mul(targets.label(0), targets.label(1));
    Node ctavr = sum(mul(rows, crossEntropy(action(logits), clickAndAction)));
    Node ctcvr =
        sum(mul(rows, crossEntropy(purchase(logits), mul(targets.label(0), targets.label(2)))));
    return new JointLoss(List.of(click, ctavr, ctcvr), add(add(click, ctavr), ctcvr));
  }

  private static Node crossEntropy(Node probability, Node label) {
    Node p = clamp(probability, CLIP, 1 - CLIP);
    Node q = sub(scalar(1), p);
    return neg(add(mul(label, log(p)), mul(sub(scalar(1), label), log(q))));
  }
}
