package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.CrossNet;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;

/**
 * Deep and cross network (Wang et al., ADKDD 2017): vector crosses; parameters {@code cross.*},
 * {@code mlp.*}, {@code head.*}.
 */
@Doc("Deep and cross network with vector crosses.")
public record Dcn(
    @Doc("Number of cross layers.") @Default("3") @Range(min = 1) int layers,
    @Doc("How crosses and deep part stand to each other.") @Default("parallel") Structure structure,
    @Doc("Layers of the deep part.") @Default("[256, 128]") Mlp hidden)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    CrossNet net =
        new CrossNet(CrossNet.Kind.VECTOR, layers, 1, 1, false, 0, CrossNet.Skip.IDENTITY);
    return structure.join(
        scope.at("mlp"), x.flat(), net.build(scope.at("cross"), x.flat()), hidden);
  }
}
