package dev.tandem.train;

import dev.tandem.feature.FittedTable;
import dev.tandem.feature.Moments;
import dev.tandem.feature.Preprocessor;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.Product;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be trained: a model over rows of a certain layout.
 *
 * @param layout what a row consists of
 * @param tables the embedding tables that its ids point into
 * @param tasks what is learnt
 * @param moments normalisation of the labels of regression tasks, by task
 * @param model the network
 */
public record Blueprint(
    InputLayout layout,
    List<FittedTable> tables,
    List<Task> tasks,
    Map<String, Moments> moments,
    MultiTaskModel model) {
  public Blueprint {
    tables = List.copyOf(tables);
    tasks = List.copyOf(tasks);
    moments = Map.copyOf(moments);
  }

  /** A model over what a preprocessor gives. */
  public static Blueprint of(Preprocessor preprocessor, MultiTaskModel model) {
    Map<String, Moments> moments = new LinkedHashMap<>();
    preprocessor.tasks().forEach(t -> moments.put(t.name(), preprocessor.labelMoments(t.name())));
    return new Blueprint(
        preprocessor.layout(), preprocessor.tables(), preprocessor.tasks(), moments, model);
  }

  /** What is predicted beside the tasks: the products of the model's head. */
  public List<Product> products() {
    return model.head().products(tasks);
  }

  /** Everything that is predicted: the tasks, then the {@link #products} as binary tasks. */
  public List<Task> predicted() {
    List<Task> all = new ArrayList<>(tasks);
    products().forEach(product -> all.add(Task.binary(product.name(), "")));
    return all;
  }

  /** Normalisation of a task's labels; none unless it is a regression task. */
  public Moments moments(Task task) {
    return moments.getOrDefault(task.name(), Moments.IDENTITY);
  }

  /** Width of the labels side by side: the sum of the tasks' outputs. */
  int labelWidth() {
    return tasks.stream().mapToInt(Task::outputs).sum();
  }
}
