package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network per task: nothing is shared but the bottom. With one task it is the single-task model;
 * the baseline of a comparison trains each task in a run of its own, embeddings included.
 * Parameters {@code network.k.l.*}.
 *
 * @param units layers of every task's network
 * @param network an interaction in place of the dense layers
 */
@Doc("A network of its own for every task; nothing shared but the embeddings.")
public record SingleTask(
    @Doc("Layers of each task's network.") @Default("[128, 64]") Mlp units,
    @Doc("An interaction in place of the dense layers.") Optional<Interaction> network)
    implements Body {

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    Experts own = new Experts(units, network);
    List<Node> h = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      h.add(own.one(scope.at("network", k), in.of(k)));
    }
    return h;
  }
}
