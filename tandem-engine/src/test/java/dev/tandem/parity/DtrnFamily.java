package dev.tandem.parity;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Body;
import dev.tandem.model.Dtrn;
import dev.tandem.model.Independent;
import dev.tandem.model.Representation;
import dev.tandem.model.SharedBottom;
import dev.tandem.model.Tim;
import dev.tandem.model.Trm;
import dev.tandem.scoring.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** DTRN under shared bottom, MMoE and PLE. */
final class DtrnFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("dtrn_shared_bottom", "dtrn_mmoe", "dtrn_ple");
  }

  @Override
  public Wiring wire(ParityCase one) {
    int d = one.integer("dim");
    int tasks = one.integer("tasks");
    int behaviours = one.integer("behaviours");
    Scope scope = Scope.root(true);
    Node fields = scope.input("fields", Shape.batch(one.integer("fields"), d));
    Node target = scope.input("target", Shape.batch(d));
    List<Node> steps = new ArrayList<>();
    List<Node> valid = new ArrayList<>();
    List<Node> positions = new ArrayList<>();
    for (int m = 0; m < behaviours; m++) {
      Dim length = Dim.symbol("L." + m);
      int max = one.integers("lengths").get(m);
      steps.add(scope.input("sequence." + m, Shape.of(Dim.BATCH, length, Dim.of(d))));
      valid.add(scope.input("valid." + m, Shape.of(Dim.BATCH, length)));
      positions.add(scope.input("position." + m, Shape.of(length, Dim.of(max))));
    }
    Representation in =
        dtrn(one)
            .over(
                scope,
                fields,
                steps,
                valid,
                positions,
                Collections.nCopies(behaviours, target),
                tasks);
    Joint joint = Joint.of(one, scope, in, body(one), new Independent());
    Wiring wiring = joint.wiring();
    wiring.input("fields", "fields", one.input("fields"));
    wiring.input("target", "target", one.input("target"));
    for (int m = 0; m < behaviours; m++) {
      wiring.input("sequence." + m, "sequence." + m, one.input("sequence." + m));
      wiring.feed("valid." + m, one.input("valid." + m));
      wiring.feed("position." + m, identity(one.integers("lengths").get(m)));
    }
    for (int k = 0; k < tasks; k++) {
      for (int m = 0; m < behaviours; m++) {
        wiring.result("outputs.interests." + k + "." + m, joint.probe("interest." + k + "." + m));
      }
      wiring.result("outputs.trmWeights." + k, joint.probe("trm." + k + ".weights"));
      wiring.result("outputs.x." + k, in.of(k).flat());
    }
    gates(one, joint);
    return wiring;
  }

  private static void gates(ParityCase one, Joint joint) {
    switch (one.text("body")) {
      case "mmoe" -> MmoeFamily.gates(joint);
      case "ple" -> PleFamily.gates(one, joint);
      default -> {
        // a shared bottom has no gates
      }
    }
  }

  private static Dtrn dtrn(ParityCase one) {
    int expansion =
        ParityCase.tensor(one.json().get("params").get("tim.layer.0.f1")).data().length
            / one.integer("dim");
    Tim tim =
        new Tim(
            one.integer("layers"),
            one.integer("heads"),
            expansion,
            Tim.Pool.valueOf(one.text("pooling")),
            one.has("targetInSequence") && one.flag("targetInSequence"),
            one.flag("positional"),
            Tim.Condition.HYPERNETWORK,
            2,
            width(one, "tim.task_emb"),
            width(one, "tim.beh_emb"),
            ParityCase.tensor(one.json().get("params").get("tim.hyper.b1")).data().length,
            0,
            false);
    Trm trm =
        new Trm(
            one.integer("trmHidden"),
            Trm.Squeeze.valueOf(one.text("squeeze")),
            Trm.Weighting.valueOf(one.text("gate")),
            Trm.Granularity.valueOf(one.text("granularity")));
    return new Dtrn(true, tim, true, trm, Dtrn.SharedInput.MEAN);
  }

  private static int width(ParityCase one, String parameter) {
    return ParityCase.tensor(one.json().get("params").get(parameter)).shape()[1];
  }

  private static Body body(ParityCase one) {
    return switch (one.text("body")) {
      case "shared_bottom" -> SharedBottom.of(Mlp.of(one.integers("bottom")));
      case "mmoe" -> MmoeFamily.body(one);
      case "ple" -> PleFamily.body(one);
      default -> throw new IllegalArgumentException("unknown body " + one.text("body"));
    };
  }

  private static Tensor identity(int n) {
    double[] values = new double[n * n];
    for (int i = 0; i < n; i++) {
      values[i * n + i] = 1;
    }
    return new Tensor(values, n, n);
  }
}
