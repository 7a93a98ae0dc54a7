package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Activation;
import dev.tandem.layer.Cin;
import dev.tandem.layer.Mlp;
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
    @Doc("Layers of the deep part.") @Default("[256, 128]") Mlp hidden)
    implements Interaction {
  public XDeepFm {
    maps = List.copyOf(maps);
    if (maps.isEmpty()) {
      throw new IllegalArgumentException("maps is empty; it takes a number of maps per layer");
    }
    for (int size : maps.subList(0, maps.size() - 1)) {
      if (split && size % 2 != 0) {
        throw new IllegalArgumentException(
            "maps: found "
                + size
                + ", which split cannot halve; allowed: even numbers but for the last layer");
      }
    }
  }

  @Override
  public Node build(Scope scope, Features x) {
    return concat(Interaction.firstOrder(x, "xdeep_fm"), cin(scope, x), deep(scope, x));
  }

  @Override
  public Node logit(Scope scope, Features x) {
    Node wide = add(Interaction.firstOrder(x, "xdeep_fm"), Interaction.globalBias(scope));
    Node maps = Interaction.output(scope, "cin.head.W", cin(scope, x));
    return add(add(wide, maps), Interaction.output(scope, "head.W", deep(scope, x)));
  }

  private Node cin(Scope scope, Features x) {
    Node fields = x.withoutNumbers().grid("xdeep_fm");
    return new Cin(maps, split, activation, bias).build(scope.at("cin"), fields);
  }

  private Node deep(Scope scope, Features x) {
    return hidden.stack(scope.at("mlp"), x.flat());
  }
}
