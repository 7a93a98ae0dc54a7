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
 * Hard sharing (Caruana 1997): one network for all tasks, {@code h = f(x)}. Under a task-specific
 * bottom the same weights are applied to each task's input. Parameters {@code bottom.l.W}, {@code
 * bottom.l.b}.
 *
 * @param bottom the network
 * @param network an interaction in place of the dense layers
 */
@Doc("One network shared by all tasks.")
public record SharedBottom(
    @Doc("Layers of the shared network.") @Default("[128, 64]") Mlp bottom,
    @Doc("An interaction in place of the shared layers.") Optional<Interaction> network)
    implements Body {

  /** A shared network of dense layers. */
  public static SharedBottom of(Mlp bottom) {
    return new SharedBottom(bottom, Optional.empty());
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    Experts shared = new Experts(bottom, network);
    List<Node> h = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      boolean again = k > 0 && !in.isTaskSpecific();
      h.add(again ? h.get(0) : shared.one(scope.at("bottom"), in.of(k)));
    }
    return h;
  }
}
