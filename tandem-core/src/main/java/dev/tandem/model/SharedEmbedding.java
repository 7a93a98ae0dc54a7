package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.schema.Doc;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One set of embedding tables for all tasks: every task reads the same concatenated fields and
 * numbers.
 */
@Doc("One set of embedding tables, read alike by every task.")
public record SharedEmbedding() implements Bottom {

  @Override
  public Representation build(Scope scope, InputLayout layout, List<Task> tasks) {
    return Representation.shared(features(scope, layout, "fields"));
  }

  /** The graph inputs of a layout; {@code tables} names the input of the fields' vectors. */
  static Features features(Scope scope, InputLayout layout, String tables) {
    int fields = layout.fields().size();
    List<Node> parts = new ArrayList<>();
    Optional<Node> linear = Optional.empty();
    if (fields > 0) {
      parts.add(scope.input(tables, Shape.batch(layout.fieldWidth())));
      linear = Optional.of(scope.input("linear", Shape.batch(fields)));
    }
    if (!layout.numbers().isEmpty()) {
      parts.add(scope.input("numbers", Shape.batch(layout.numbers().size())));
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("the model has no input: name at least one feature");
    }
    boolean equal = layout.fields().stream().mapToInt(FieldSlot::dim).distinct().count() == 1;
    return new Features(
        Nodes.concat(-1, parts),
        equal ? fields : 0,
        equal ? layout.fields().get(0).dim() : 0,
        linear);
  }
}
