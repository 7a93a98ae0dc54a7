package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Hard sharing (Caruana 1997): one network for all tasks, {@code h = f(x)}. Under a task-specific
 * bottom the same weights are applied to each task's input. Parameters {@code bottom.l.W}, {@code
 * bottom.l.b}.
 */
@Doc("One network shared by all tasks.")
public record SharedBottom(@Doc("The shared network.") @Default("[128, 64]") Mlp bottom)
    implements Body {

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    List<Node> h = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      boolean again = k > 0 && !in.isTaskSpecific();
      h.add(again ? h.get(0) : bottom.build(scope.at("bottom"), in.of(k).flat()));
    }
    return h;
  }
}
