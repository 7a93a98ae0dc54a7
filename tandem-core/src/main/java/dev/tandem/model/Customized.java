package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Customized sharing (PLE paper, RecSys 2020, figure 1): a shared network beside one per task,
 * {@code h_k = [f_s(x), f_k(x)]}; {@link Cgc} with concatenation in place of the gate. Under a
 * task-specific bottom both read the task's input. Parameters {@code shared.l.*}, {@code
 * private.k.l.*}.
 *
 * @param sharedUnits layers of the shared network
 * @param privateUnits layers of each task's network
 */
@Doc("A shared network beside one per task, side by side.")
public record Customized(
    @Doc("Layers of the shared network.") @Default("[128, 64]") Mlp sharedUnits,
    @Doc("Layers of each task's network.") @Default("[128, 64]") Mlp privateUnits)
    implements Body {

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    List<Node> h = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      Node x = in.of(k).flat();
      h.add(
          Nodes.concat(
              sharedUnits.build(scope.at("shared"), x),
              privateUnits.build(scope.at("private", k), x)));
    }
    return h;
  }
}
