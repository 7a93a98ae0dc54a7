package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.graph.Parameter;
import dev.tandem.layer.Activation;
import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.layer.Norm;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.scoring.CentralDifference;
import dev.tandem.scoring.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A small whole model of every body against central differences. */
class GradientTest {
  private static final int WIDTH = 3;
  private static final int ROWS = 4;

  /** One task of every kind. */
  static final List<Task> TASKS =
      List.of(
          Task.binary("a", "label"),
          new Task("b", TaskKind.REGRESSION, "label", Optional.empty(), 1, 1, 1),
          new Task("c", TaskKind.MULTICLASS, "label", Optional.empty(), 3, 1, 1));

  static final Mlp SMALL = Mlp.of(List.of(3));
  private static final Gate RICH = new Gate(true, List.of(2), .7, .3, false, 2);

  static Stream<Body> bodies() {
    Optional<Interaction> dense = Optional.empty();
    return Stream.of(
        new SingleTask(SMALL, dense),
        SharedBottom.of(new Mlp(List.of(3, 2), Activation.SWISH, Norm.LAYER, .2)),
        new Omoe(3, SMALL, dense, Gate.linear()),
        Mmoe.of(3, SMALL, RICH),
        new MlMmoe(List.of(2, 3), SMALL, dense, Gate.linear().withBias(true)),
        new Asymmetric(SMALL, Map.of("b", List.of("a", "c")), Asymmetric.Fusion.CONCAT),
        new Asymmetric(SMALL, Map.of("b", List.of("a")), Asymmetric.Fusion.MEAN),
        new Customized(SMALL, Mlp.of(List.of(2))),
        new Cgc(
            List.of(1),
            2,
            SMALL,
            dense,
            RICH,
            Ple.GateInput.EXPERT_OUTPUTS,
            Ple.SharedExpertInput.PER_TASK),
        new Ple(
            3,
            List.of(1, 2, 0),
            1,
            SMALL,
            List.of(SMALL, Mlp.of(List.of(2, 4)), SMALL),
            dense,
            Gate.linear(),
            Ple.GateInput.LAYER_INPUT,
            Ple.SharedGate.ALL_EXPERTS,
            Ple.SharedExpertInput.PER_TASK));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void gradientEqualsCentralDifferences(Body body) {
    MultiTaskModel model =
        new MultiTaskModel(new SharedEmbedding(), body, SMALL, new Independent());
    Trial trial = Trial.training(model, WIDTH, ROWS, TASKS);
    awayFromKinks(trial);
    Map<String, Tensor> gradients = trial.gradients("loss");
    assertThat(gradients).hasSizeGreaterThan(TASKS.size());
    gradients.forEach(
        (name, gradient) -> {
          double[] at = trial.leaves.get(name).data();
          for (int i = 0; i < at.length; i++) {
            CentralDifference.check(name, at, i, gradient.data()[i], () -> trial.run("loss")[0]);
          }
        });
  }

  /** Biases of zero leave units of dead inputs exactly where a ReLU has no derivative. */
  private static void awayFromKinks(Trial trial) {
    SplittableRandom random = new SplittableRandom(5);
    trial.graph.parameters().stream()
        .filter(p -> p.role() == Parameter.Role.BIAS)
        .forEach(
            p -> trial.set(p.name(), random.doubles(p.shape().count().size(), -.5, .5).toArray()));
  }
}
