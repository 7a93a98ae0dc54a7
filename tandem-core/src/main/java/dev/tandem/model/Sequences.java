package dev.tandem.model;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.SequenceFeature;
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
      Node rows =
          scope.input("sequence." + slot.name(), Shape.of(Dim.BATCH, length, Dim.of(slot.width())));
      Scope own = scope.at("sequence", slot.name());
      all.steps.add(vector(own, slot, cut(rows, slot)));
      all.valid.add(scope.input("valid." + slot.name(), Shape.of(Dim.BATCH, length)));
      all.positions.add(
          scope.input("position." + slot.name(), Shape.of(length, Dim.of(slot.max()))));
      all.targets.add(vector(own, slot, target(scope, layout, slot)));
    }
    return all;
  }

  /** The rows of a step, [B,L,d] each. */
  private static List<Node> cut(Node rows, SequenceSlot slot) {
    List<Node> parts = new ArrayList<>();
    for (int t = 0; t < slot.tables().size(); t++) {
      parts.add(Nodes.slice(rows, -1, (long) t * slot.dim(), (t + 1L) * slot.dim()));
    }
    return parts;
  }

  /**
   * One vector from a step's rows: their sum, or the sum of a matrix per table, which is a matrix
   * on all of them side by side.
   */
  private static Node vector(Scope scope, SequenceSlot slot, List<Node> rows) {
    if (slot.combine() == SequenceFeature.Combine.SUM) {
      return Nodes.add(rows);
    }
    List<Node> projected = new ArrayList<>();
    for (int t = 0; t < rows.size(); t++) {
      projected.add(Nodes.matmul(rows.get(t), scope.glorot("W." + t, slot.dim(), slot.dim())));
    }
    return Nodes.add(projected);
  }

  /** The candidate's own fields that correspond to the sequence's tables. */
  private static List<Node> target(Scope scope, InputLayout layout, SequenceSlot slot) {
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
    if (parts.size() != slot.targets().size() || parts.isEmpty()) {
      throw new IllegalArgumentException(
          "sequence "
              + slot.name()
              + " has no target: each of the item's fields "
              + slot.targets()
              + " must be a feature");
    }
    return parts;
  }

  int count() {
    return steps.size();
  }
}
