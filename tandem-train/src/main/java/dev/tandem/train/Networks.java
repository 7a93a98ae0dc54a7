package dev.tandem.train;

import dev.tandem.config.Binder;
import dev.tandem.config.Catalog;
import dev.tandem.config.ModelConfig;
import dev.tandem.config.TowerConfig;
import dev.tandem.layer.Activation;
import dev.tandem.layer.Mlp;
import dev.tandem.layer.Norm;
import dev.tandem.model.Body;
import dev.tandem.model.Bottom;
import dev.tandem.model.Head;
import dev.tandem.model.MultiTaskModel;

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
