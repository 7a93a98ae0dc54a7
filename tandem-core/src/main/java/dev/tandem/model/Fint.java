package dev.tandem.model;

import static dev.tandem.graph.Nodes.flatten;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.FieldNet;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;

/**
 * FINT (Zhao et al., ICASSP 2022): field interaction layers, then a deep network; parameters {@code
 * fint.*}, {@code mlp.*}.
 */
@Doc("Field interaction layers, then a deep network.")
public record Fint(
    @Doc("Number of field interaction layers.") @Default("2") @Range(min = 1) int layers,
    @Doc("Start the skip weights like the authors' code instead of at 1.") @Default("false")
        boolean glorotSkip,
    @Doc("Layers of the deep part.") @Default("[256, 128]") Mlp hidden)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    Node fields = new FieldNet(layers, true, glorotSkip).build(scope.at("fint"), x.grid("fint"));
    return hidden.stack(scope.at("mlp"), flatten(fields));
  }
}
