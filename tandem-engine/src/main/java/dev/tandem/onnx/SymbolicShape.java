package dev.tandem.onnx;

import static dev.tandem.onnx.OnnxModel.attribute;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shapes as ONNX values: what is symbolic is read off the graph's inputs when it runs. */
final class SymbolicShape {
  private final OnnxModel model;
  private final Map<String, String> symbols = new HashMap<>();

  SymbolicShape(OnnxModel model) {
    this.model = model;
  }

  /** Remembers where the sizes of {@code input}'s symbols can be read. */
  void learn(Input input) {
    for (int i = 0; i < input.shape().rank(); i++) {
      Dim dim = input.shape().dim(i);
      boolean plain = dim.factor() == 1 && dim.symbols().size() == 1;
      if (plain && !dim.symbols().get(0).contains("+")) {
        int axis = i;
        symbols.computeIfAbsent(dim.symbols().get(0), s -> sizeOf(input.name(), axis));
      }
    }
  }

  private String sizeOf(String value, int axis) {
    String shape = model.add("Shape", List.of(value));
    return model.add("Gather", List.of(shape, model.longs(axis)), attribute("axis", 0));
  }

  /**
   * The target of a Reshape of {@code from}: a constant with 0 for "as it was" and one −1 where
   * that is enough, otherwise computed.
   */
  String reshape(Shape from, Shape to) {
    long[] sizes = new long[to.rank()];
    int unknown = 0;
    for (int i = 0; i < sizes.length; i++) {
      Dim dim = to.dim(i);
      if (dim.isStatic()) {
        sizes[i] = dim.size();
      } else if (i < from.rank() && from.dim(i).equals(dim)) {
        sizes[i] = 0;
      } else {
        sizes[i] = -1;
        unknown++;
      }
    }
    return unknown <= 1 ? model.longs(sizes) : value(to);
  }

  /** The shape as a vector of 64-bit integers. */
  String value(Shape shape) {
    if (shape.isStatic()) {
      return model.longs(shape.dims().stream().mapToLong(Dim::size).toArray());
    }
    List<String> parts = new ArrayList<>();
    for (Dim dim : shape.dims()) {
      parts.add(value(dim));
    }
    return parts.size() == 1 ? parts.get(0) : model.add("Concat", parts, attribute("axis", 0));
  }

  private String value(Dim dim) {
    String product = dim.factor() == 1 && !dim.isStatic() ? "" : model.longs(dim.factor());
    for (String symbol : dim.symbols()) {
      int cut = symbol.indexOf('+');
      String size = symbols.get(cut < 0 ? symbol : symbol.substring(0, cut));
      if (size == null) {
        throw new IllegalArgumentException("no input of the graph has dimension " + symbol);
      }
      if (cut >= 0) {
        String offset = model.longs(Long.parseLong(symbol.substring(cut + 1)));
        size = model.add("Add", List.of(size, offset));
      }
      product = product.isEmpty() ? size : model.add("Mul", List.of(product, size));
    }
    return product;
  }

  /** The shape of a node's value when it runs. */
  String of(Node node, String value) {
    return node.shape().isStatic() ? value(node.shape()) : model.add("Shape", List.of(value));
  }
}
