package dev.tandem.model;

import static dev.tandem.graph.Nodes.sigmoid;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one step of a funnel that ESMM-like heads model: a task and the task within whose positive
 * rows it is defined.
 *
 * @param first index of the wider task (click)
 * @param second index of the task within it (conversion)
 */
record Funnel(int first, int second) {
  /** The name of the product's prediction. */
  static final String PRODUCT = "ctcvr";

  /**
   * The step declared by {@code within}; with two tasks and none declared, the second within the
   * first.
   */
  static Funnel of(List<Task> tasks, String head) {
    for (int k = 0; k < tasks.size(); k++) {
      Optional<Task> parent = parent(tasks.get(k), tasks);
      if (parent.isPresent()) {
        return new Funnel(tasks.indexOf(parent.get()), k);
      }
    }
    if (tasks.size() >= 2) {
      return new Funnel(0, 1);
    }
    throw new IllegalArgumentException(
        "model.head: "
            + head
            + " needs a task declared within another, such as cvr: {label: buy, within: click}");
  }

  private static Optional<Task> parent(Task task, List<Task> tasks) {
    return task.within()
        .flatMap(name -> tasks.stream().filter(t -> t.name().equals(name)).findFirst());
  }

  /** A product for every binary task within another: all tasks on the way to it, and it. */
  static List<Product> products(List<Task> tasks) {
    List<Product> products = new ArrayList<>();
    for (Task task : tasks) {
      if (task.kind() == TaskKind.BINARY && parent(task, tasks).isPresent()) {
        String name = products.isEmpty() ? PRODUCT : PRODUCT + "_" + task.name();
        products.add(Product.of(name, way(task, tasks)));
      }
    }
    return named(products, tasks);
  }

  private static List<Task> way(Task task, List<Task> tasks) {
    List<Task> way = new ArrayList<>();
    for (Optional<Task> at = Optional.of(task); at.isPresent(); at = parent(at.get(), tasks)) {
      way.add(0, at.get());
    }
    return way;
  }

  /** Refuses a product that is called like a task. */
  static List<Product> named(List<Product> products, List<Task> tasks) {
    for (Product product : products) {
      if (tasks.stream().anyMatch(t -> t.name().equals(product.name()))) {
        throw new IllegalArgumentException(
            "tasks: the head adds a prediction called "
                + product.name()
                + "; give the task of that name another");
      }
    }
    return products;
  }

  /** Every task's prediction, and those of products of their probabilities. */
  static Map<String, Node> predictions(
      List<Node> logits, List<Task> tasks, List<Product> products) {
    Map<String, Node> named = new LinkedHashMap<>();
    for (int k = 0; k < tasks.size(); k++) {
      named.put(tasks.get(k).name(), Independent.prediction(logits.get(k), tasks.get(k)));
    }
    for (Product product : products) {
      Node all =
          product.tasks().stream()
              .map(task -> sigmoid(logits.get(tasks.indexOf(task))))
              .reduce(Nodes::mul)
              .orElseThrow();
      named.put(product.name(), all);
    }
    return named;
  }
}
