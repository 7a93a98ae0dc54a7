package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Activation;
import dev.tandem.layer.Cin;
import dev.tandem.layer.DenseStack;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.List;

/**
 * xDeepFM (Lian et al., KDD 2018): first-order weights, a compressed interaction network and a deep
 * network.
 */
@Doc("First-order weights, a compressed interaction network and a deep network.")
public record XDeepFm(
    @Doc("Number of maps of each interaction layer.") @Default("[64, 64]") @Range(min = 1)
        List<Integer> maps,
    @Doc("Whether half of the maps goes on and half is pooled.") @Default("false") boolean split,
    @Doc("Activation of the maps.") @Default("linear") Activation activation,
    @Doc("Whether the maps have a bias.") @Default("true") boolean bias,
    @Doc("Widths of the deep part.") @Default("[256, 128]") @Range(min = 1) List<Integer> hidden)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    return concat(Interaction.firstOrder(x, "x_deep_fm"), cin(scope, x), deep(scope, x));
  }

  @Override
  public Node logit(Scope scope, Features x) {
    Node wide = add(Interaction.firstOrder(x, "x_deep_fm"), Interaction.globalBias(scope));
    Node maps = Interaction.output(scope, "cin.head.W", cin(scope, x));
    return add(add(wide, maps), Interaction.output(scope, "head.W", deep(scope, x)));
  }

  private Node cin(Scope scope, Features x) {
    Node fields = x.withoutNumbers().grid("x_deep_fm");
    return new Cin(maps, split, activation, bias).build(scope.at("cin"), fields);
  }

  private Node deep(Scope scope, Features x) {
    return DenseStack.relu(hidden).build(scope.at("mlp"), x.flat());
  }
}
