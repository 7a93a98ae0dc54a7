package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asymmetric sharing (PLE paper, RecSys 2020, figure 1): every task has a network of its own, and
 * the tower of a task also reads the networks of the tasks that it names as its sources. Parameters
 * {@code bottom.k.l.*}.
 *
 * @param units layers of each task's network
 * @param sources for a task, the tasks whose networks it also reads
 * @param fusion how a task's own output and those of its sources become one
 */
@Doc("A network per task; chosen tasks also read the networks of others.")
public record Asymmetric(
    @Doc("Layers of each task's network.") @Default("[128, 64]") Mlp units,
    @Doc("For a task, the tasks whose networks it also reads: {buy: [click]}.") @Default("{}")
        Map<String, List<String>> sources,
    @Doc("How a task's own output and those of its sources become one.") @Default("concat")
        Fusion fusion)
    implements Body {

  /** How several outputs become one. */
  public enum Fusion {
    /** Side by side. */
    CONCAT,
    SUM,
    MEAN
  }

  public Asymmetric {
    sources = Map.copyOf(sources);
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    Map<String, Node> bottoms = new LinkedHashMap<>();
    for (int k = 0; k < tasks.size(); k++) {
      bottoms.put(
          tasks.get(k).name(), units.build(scope.at("bottom", k), in.of(k).flat())); // [B,h]
    }
    sources.keySet().forEach(task -> known(bottoms, task));
    List<Node> h = new ArrayList<>();
    for (Task task : tasks) {
      List<Node> read = new ArrayList<>();
      read.add(known(bottoms, task.name()));
      sources.getOrDefault(task.name(), List.of()).forEach(s -> read.add(known(bottoms, s)));
      h.add(fuse(read));
    }
    return h;
  }

  private static Node known(Map<String, Node> bottoms, String task) {
    Node bottom = bottoms.get(task);
    if (bottom == null) {
      throw new IllegalArgumentException(
          "sources names the task " + task + ", but the tasks are " + bottoms.keySet());
    }
    return bottom;
  }

  private Node fuse(List<Node> read) {
    return switch (fusion) {
      case CONCAT -> Nodes.concat(-1, read);
      case SUM -> Nodes.add(read);
      case MEAN -> Nodes.scale(Nodes.add(read), 1.0 / read.size());
    };
  }
}
