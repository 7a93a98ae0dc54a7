package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.CrossNet;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;

/** DCN-V2 (Wang et al., WWW 2021): matrix crosses, low-rank or a mixture of low-rank experts. */
@Doc("Deep and cross network with matrix crosses.")
public record DcnV2(
    @Doc("The crosses: vector, matrix, low_rank or mix.") @Default("matrix") CrossNet.Kind cross,
    @Doc("Number of cross layers.") @Default("2") @Range(min = 1) int layers,
    @Doc("Inner width of low-rank crosses.") @Default("32") @Range(min = 1) int rank,
    @Doc("Number of low-rank experts of the mixture.") @Default("4") @Range(min = 1) int experts,
    @Doc("Whether each layer of the mixture has its own gate.") @Default("false")
        boolean gatePerLayer,
    @Doc("Factor of the layer's input inside the bracket.") @Default("0") double diagonal,
    @Doc("How crosses and deep part stand to each other.") @Default("parallel") Structure structure,
    @Doc("Layers of the deep part.") @Default("[256, 128]") Mlp hidden)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    CrossNet net =
        new CrossNet(cross, layers, rank, experts, gatePerLayer, diagonal, CrossNet.Skip.IDENTITY);
    return structure.join(
        scope.at("mlp"), x.flat(), net.build(scope.at("cross"), x.flat()), hidden);
  }
}
