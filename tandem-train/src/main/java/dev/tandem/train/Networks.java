package dev.tandem.train;

import dev.tandem.config.Binder;
import dev.tandem.config.Catalog;
import dev.tandem.config.Component;
import dev.tandem.config.ConfigException;
import dev.tandem.config.ModelConfig;
import dev.tandem.config.RunConfig;
import dev.tandem.config.TowerConfig;
import dev.tandem.layer.Activation;
import dev.tandem.layer.Mlp;
import dev.tandem.layer.Norm;
import dev.tandem.model.Body;
import dev.tandem.model.Bottom;
import dev.tandem.model.Head;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.schema.Task;
import java.util.List;

/** Makes the network that a configuration describes. */
public final class Networks {
  private Networks() {}

  /**
   * The network of a configuration's {@code model} section.
   *
   * @throws dev.tandem.config.ConfigException when it names a component that there is not
   */
  public static MultiTaskModel of(ModelConfig config, Catalog catalog) {
    Body body = (Body) Binder.component(config.body(), "body", catalog);
    return new MultiTaskModel(
        (Bottom) Binder.component(config.bottom(), "bottom", catalog),
        body,
        towers(config.towers()),
        config
            .head()
            .map(head -> (Head) Binder.component(head, "head", catalog))
            .orElseGet(body::defaultHead));
  }

  /**
   * Refuses task weights and balancing rules that the model's head would not heed.
   *
   * @throws ConfigException naming the first of them
   */
  public static void check(RunConfig config, Catalog catalog, List<Task> tasks) {
    Head head = of(config.model(), catalog).head();
    if (head.weighsTasks()) {
      return;
    }
    String name = config.model().head().map(Component::type).orElse("");
    String balance = config.train().balance().type();
    if (!balance.equals("equal")) {
      throw new ConfigException(
          "train.balance: found %s; the head %s joins the tasks' losses by its own rule, which a balancing rule would undo: allowed is equal, or another model.head"
              .formatted(balance, name));
    }
    for (Task task : tasks) {
      if (task.weight() != 1 || task.weightDecay() != 1) {
        throw new ConfigException(
            "tasks.%s.weight: found %s with weight_decay %s; the head %s joins the tasks' losses by its own rule and takes no task weights: leave them at 1, and use the head's own options (tandem models %s)"
                .formatted(task.name(), task.weight(), task.weightDecay(), name, name));
      }
    }
  }

  private static Mlp towers(TowerConfig towers) {
    Activation activation =
        switch (towers.activation()) {
          case RELU -> Activation.RELU;
          case SIGMOID -> Activation.SIGMOID;
          case TANH -> Activation.TANH;
          case SOFTPLUS -> Activation.SOFTPLUS;
          case IDENTITY -> Activation.LINEAR;
        };
    Norm norm =
        switch (towers.norm()) {
          case NONE -> Norm.NONE;
          case BATCH -> Norm.BATCH;
          case LAYER -> Norm.LAYER;
        };
    return new Mlp(towers.units(), activation, norm, towers.dropout());
  }
}
