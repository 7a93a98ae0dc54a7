package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Activation;
import dev.tandem.layer.CrossNet;
import dev.tandem.layer.Mlp;
import dev.tandem.layer.Norm;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The interaction models' logits on tensors filled by rule: tensor n, index i → 0.2 + 0.4 sin(1.3 n
 * + 0.7 i).
 */
class InteractionNumbersTest {
  private static final Mlp DEEP = Mlp.of(List.of(4, 3));
  private static final Mlp NONE = Mlp.of(List.of());
  private static final List<String> MLP = List.of("mlp.W.0", "mlp.b.0", "mlp.W.1", "mlp.b.1");

  static Tensor fill(int n, int... shape) {
    int count = Shape.of(shape).count().size();
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.2 + 0.4 * Math.sin(1.3 * n + 0.7 * i);
    }
    return new Tensor(values, shape);
  }

  private static DcnV2 dcn(CrossNet.Kind kind, Structure structure) {
    return new DcnV2(kind, 2, 2, 2, false, 0, structure, DEEP);
  }

  private static XDeepFm xDeepFm(boolean split, Activation activation) {
    return new XDeepFm(List.of(4, 2), split, activation, true, DEEP);
  }

  private static List<String> names(Object... parts) {
    return Stream.of(parts)
        .flatMap(p -> p instanceof List<?> l ? l.stream() : Stream.of(p))
        .map(String::valueOf)
        .toList();
  }

  static Stream<Arguments> models() {
    List<String> vector = List.of("cross.w.0", "cross.b.0", "cross.w.1", "cross.b.1");
    List<String> matrix = List.of("cross.W.0", "cross.b.0", "cross.W.1", "cross.b.1");
    List<String> mix =
        List.of(
            "cross.gate",
            "cross.U.0",
            "cross.V.0",
            "cross.C.0",
            "cross.b.0",
            "cross.U.1",
            "cross.V.1",
            "cross.C.1",
            "cross.b.1");
    List<String> cin = List.of("cin.W.0", "cin.b.0", "cin.W.1", "cin.b.1", "cin.head.W");
    List<String> head = List.of("head.W", "head.b");
    List<String> fint = List.of("fint.W.0", "fint.u.0", "fint.W.1", "fint.u.1");
    List<String> att =
        List.of(
            "att.0.Q",
            "att.0.K",
            "att.0.V",
            "att.0.Res",
            "att.1.Q",
            "att.1.K",
            "att.1.V",
            "att.1.Res");
    return Stream.of(
        Arguments.of(new Fm(), names("w0"), 1.152553653, 1.893389375),
        Arguments.of(new DeepFm(DEEP), names("w0", MLP, "head.W"), 1.776851060, 2.509851196),
        Arguments.of(new Dnn(DEEP), names(MLP, head), 0.864050414, 0.872780838),
        Arguments.of(new WideDeep(DEEP), names("w0", MLP, "head.W"), 1.863434570, 2.646995232),
        Arguments.of(
            new Nfm(DEEP, Norm.NONE, 0), names("w0", MLP, "head.W"), 1.856512014, 2.646887989),
        Arguments.of(
            new Dcn(2, Structure.PARALLEL, DEEP),
            names(vector, MLP, head),
            1.804646425,
            0.887369203),
        Arguments.of(
            dcn(CrossNet.Kind.MATRIX, Structure.PARALLEL),
            names(matrix, MLP, head),
            1.633187359,
            -0.037150185),
        Arguments.of(
            dcn(CrossNet.Kind.MATRIX, Structure.STACKED),
            names(matrix, MLP, head),
            0.474964825,
            0.456349575),
        Arguments.of(
            dcn(CrossNet.Kind.MIX, Structure.PARALLEL),
            names(mix, MLP, head),
            1.394346613,
            0.088854614),
        Arguments.of(new Fint(2, false, DEEP), names(fint, MLP, head), 0.397926261, 0.392092547),
        Arguments.of(
            xDeepFm(false, Activation.LINEAR),
            names("w0", cin, MLP, "head.W"),
            1.736005131,
            2.172418792),
        Arguments.of(
            xDeepFm(true, Activation.RELU),
            names("w0", cin, MLP, "head.W"),
            2.486994034,
            2.977554067),
        Arguments.of(new AutoInt(2, 2, 4, false, NONE), names(att, head), 0.892460316, 0.701635898),
        Arguments.of(new AutoInt(2, 2, 4, true, NONE), names(att, head), 0.890676678, 0.700878489));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void logitIsTheSpecifications(
      Interaction model, List<String> order, double first, double second) {
    Scope scope = Scope.root(true);
    Node e = scope.input("E", Shape.batch(3, 2));
    Node lin = scope.input("lin", Shape.batch(3));
    Features x = new Features(Nodes.flatten(e), 3, 2, Optional.of(lin));
    Graph graph = new Graph(Map.of("logit", model.logit(scope, x)));
    Map<String, Tensor> leaves = new HashMap<>();
    leaves.put("E", fill(100, 2, 3, 2));
    leaves.put("lin", fill(101, 2, 3));
    assertThat(graph.parameters().stream().map(p -> p.name()))
        .containsExactlyInAnyOrderElementsOf(order);
    graph
        .parameters()
        .forEach(
            p -> {
              int[] shape = p.shape().resolve(Map.of());
              leaves.put(p.name(), fill(order.indexOf(p.name()) + 1, shape));
            });
    double[] logit = Reference.run(graph, leaves).get("logit").data();
    assertThat(logit[0]).isCloseTo(first, within(1e-8));
    assertThat(logit[1]).isCloseTo(second, within(1e-8));
  }
}
