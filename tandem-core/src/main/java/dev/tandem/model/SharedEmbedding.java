package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.SequenceBlock;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One set of embedding tables for all tasks: every task reads the same fields, each behaviour
 * sequence as one more field, and the numbers. Parameters of sequence blocks: {@code
 * sequence.NAME.*}.
 */
@Doc("One set of embedding tables, read alike by every task.")
public record SharedEmbedding(
    @Doc("How a behaviour sequence becomes one vector.") @Default("mean") SequenceBlock sequences)
    implements Bottom {

  /** With mean-pooled sequences. */
  public SharedEmbedding() {
    this(SequenceBlock.MEAN);
  }

  @Override
  public Representation build(Scope scope, InputLayout layout, List<Task> tasks) {
    Sequences all = Sequences.inputs(scope, layout);
    List<Node> pooled = new ArrayList<>();
    for (int m = 0; m < all.count(); m++) {
      Scope own = scope.at("sequence", layout.sequences().get(m).name());
      pooled.add(
          sequences.build(own, all.steps().get(m), all.valid().get(m), all.targets().get(m)));
    }
    return Representation.shared(features(scope, layout, "fields", pooled));
  }

  /**
   * The graph inputs of a layout as features; {@code tables} names the input of the fields'
   * vectors, {@code more} are fields too.
   */
  static Features features(Scope scope, InputLayout layout, String tables, List<Node> more) {
    List<FieldSlot> embedded = layout.embedded();
    int fields = embedded.size();
    List<Node> parts = new ArrayList<>();
    Optional<Node> linear = Optional.empty();
    if (fields > 0) {
      parts.add(scope.input(tables, Shape.batch(layout.fieldWidth())));
    }
    if (!layout.fields().isEmpty()) {
      linear = Optional.of(scope.input("linear", Shape.batch(layout.fields().size())));
    }
    parts.addAll(more);
    if (!layout.numbers().isEmpty()) {
      parts.add(scope.input("numbers", Shape.batch(layout.numbers().size())));
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(
          "the model has no input: name at least one feature that has a vector or a number");
    }
    int dim = fields == 0 ? 0 : embedded.get(0).dim();
    boolean equal =
        fields > 0
            && embedded.stream().mapToInt(FieldSlot::dim).allMatch(d -> d == dim)
            && more.stream().allMatch(m -> m.width() == dim);
    Node flat = Nodes.concat(-1, parts);
    return new Features(
        flat,
        equal ? fields + more.size() : 0,
        equal ? dim : 0,
        linear,
        layout.numbers(),
        equal ? new TreeMap<>() : widths(layout));
  }

  private static SortedMap<Integer, List<String>> widths(InputLayout layout) {
    SortedMap<Integer, List<String>> widths = new TreeMap<>();
    for (FieldSlot field : layout.embedded()) {
      widths.computeIfAbsent(field.dim(), dim -> new ArrayList<>()).add(field.name());
    }
    for (SequenceSlot sequence : layout.sequences()) {
      widths.computeIfAbsent(sequence.dim(), dim -> new ArrayList<>()).add(sequence.name());
    }
    return widths;
  }
}
