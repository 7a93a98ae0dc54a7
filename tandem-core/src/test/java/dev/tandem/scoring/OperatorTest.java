package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.OperatorSamples;
import dev.tandem.graph.OperatorSamples.Sample;
import dev.tandem.graph.Rewrites;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks the operator list: none without a sample, every gradient equal to central differences in
 * double precision.
 */
class OperatorTest {
  static List<Sample> samples() {
    return OperatorSamples.samples();
  }

  @Test
  void everyOperatorHasASample() {
    List<String> used = new ArrayList<>();
    for (Sample s : samples()) {
      new Graph(Map.of("y", s.output()))
          .nodes()
          .forEach(n -> used.add(OperatorSamples.key(n.op())));
    }
    assertThat(used).containsAll(OperatorSamples.all());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void gradientEqualsCentralDifferences(Sample s) {
    // a random projection turns any shape into a scalar whose gradient sees every element
    SplittableRandom random = new SplittableRandom(7);
    Map<String, Tensor> leaves = new HashMap<>();
    s.sizes().forEach((name, size) -> leaves.put(name, new Tensor(s.values().get(name), size)));
    Tensor y = Reference.run(new Graph(Map.of("y", s.output())), leaves).get("y");
    Node p =
        Node.of(
            new dev.tandem.graph.Input("p", s.output().shape(), dev.tandem.graph.Input.Noise.NONE));
    leaves.put("p", new Tensor(random.doubles(y.data().length, -1, 1).toArray(), y.shape()));
    Node loss = Nodes.sum(Nodes.mul(s.output(), p));
    Graph forward = new Graph(Map.of("loss", loss));
    Map<String, Node> wrt = new LinkedHashMap<>();
    s.sizes().keySet().forEach(name -> wrt.put(name, forward.leaf(name).orElseThrow()));
    Map<Node, Node> gradients = Gradients.of(loss, wrt.values());
    Map<String, Node> outputs = new LinkedHashMap<>();
    wrt.forEach((name, node) -> outputs.put(name, gradients.get(node)));
    Map<String, Tensor> exact = Reference.run(Rewrites.simplify(new Graph(outputs)), leaves);
    if (!s.smooth()) {
      return;
    }
    for (String name : wrt.keySet()) {
      double[] x = leaves.get(name).data();
      for (int i = 0; i < x.length; i++) {
        CentralDifference.check(
            s.name() + " " + name,
            x,
            i,
            exact.get(name).data()[i],
            () -> Reference.run(forward, leaves).get("loss").data()[0]);
      }
    }
  }
}
