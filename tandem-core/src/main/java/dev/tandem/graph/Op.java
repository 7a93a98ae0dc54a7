package dev.tandem.graph;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * An operator: its shape rule and its gradient rule. The set is closed; a {@link Visitor} treats
 * every kind, so that a missing kernel or ONNX form does not compile.
 */
public sealed interface Op
    permits Parameter,
        Input,
        Constant,
        Unary,
        Binary,
        Select,
        MatMul,
        Softmax,
        LogSoftmax,
        Normalise,
        Concat,
        Slice,
        Reshape,
        Transpose,
        ExpandLike,
        Sum,
        Max,
        Extent,
        StopGradient,
        ScaleGradient {

  /**
   * The shape of the result, or an {@link IllegalArgumentException} that names the shapes that do
   * not fit.
   */
  Shape shape(List<Shape> inputs);

  /**
   * Adds the gradient of {@code node}'s inputs, given the gradient of {@code node} itself.
   *
   * @param node the node of this operator
   * @param gradient gradient of a scalar with respect to {@code node}, of the node's shape
   * @param into receives (input, its gradient), at most once per input position
   */
  void gradient(Node node, Node gradient, BiConsumer<Node, Node> into);

  <R> R accept(Visitor<R> visitor);

  /** One method per kind of operator. */
  interface Visitor<R> {
    R parameter(Parameter op);

    R input(Input op);

    R constant(Constant op);

    R unary(Unary op);

    R binary(Binary op);

    R select(Select op);

    R matMul(MatMul op);

    R softmax(Softmax op);

    R logSoftmax(LogSoftmax op);

    R normalise(Normalise op);

    R concat(Concat op);

    R slice(Slice op);

    R reshape(Reshape op);

    R transpose(Transpose op);

    R expandLike(ExpandLike op);

    R sum(Sum op);

    R max(Max op);

    R extent(Extent op);

    R stopGradient(StopGradient op);

    R scaleGradient(ScaleGradient op);
  }
}
