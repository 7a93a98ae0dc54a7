package dev.tandem.model;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.SequenceSlot;
import java.util.ArrayList;
import java.util.List;

/**
 * The behaviour sequences of a model's input, most recent step first.
 *
 * @param steps per sequence [B,L,d]
 * @param valid per sequence [B,L]: 1 for a step, 0 for padding
 * @param positions per sequence [L,max]: the first L rows of the identity, which pick the positions
 *     that a batch has
 * @param targets per sequence the candidate as such a step, [B,d]
 */
record Sequences(List<Node> steps, List<Node> valid, List<Node> positions, List<Node> targets) {

  /**
   * The graph inputs {@code sequence.NAME}, {@code valid.NAME}, {@code position.NAME} of a layout
   * over its {@code fields}.
   */
  static Sequences inputs(Scope scope, InputLayout layout) {
    Sequences all =
        new Sequences(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (SequenceSlot slot : layout.sequences()) {
      Dim length = Dim.symbol("L." + slot.name());
      all.steps.add(
          scope.input("sequence." + slot.name(), Shape.of(Dim.BATCH, length, Dim.of(slot.dim()))));
      all.valid.add(scope.input("valid." + slot.name(), Shape.of(Dim.BATCH, length)));
      all.positions.add(
          scope.input("position." + slot.name(), Shape.of(length, Dim.of(slot.max()))));
      all.targets.add(target(scope, layout, slot));
    }
    return all;
  }

  /** The sum of the candidate's own fields that correspond to the sequence's columns. */
  private static Node target(Scope scope, InputLayout layout, SequenceSlot slot) {
    Node fields = scope.input("fields", Shape.batch(layout.fieldWidth()));
    List<Node> parts = new ArrayList<>();
    for (String name : slot.targets()) {
      for (int i = 0; i < layout.fields().size(); i++) {
        if (layout.fields().get(i).name().equals(name)) {
          int from = layout.offset(i);
          parts.add(Nodes.slice(fields, -1, from, (long) from + slot.dim()));
        }
      }
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(
          "sequence "
              + slot.name()
              + " has no target: none of the item's fields "
              + slot.targets()
              + " is a feature");
    }
    return Nodes.add(parts);
  }

  int count() {
    return steps.size();
  }
}
