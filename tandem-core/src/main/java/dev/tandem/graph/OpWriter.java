package dev.tandem.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Writes an operator's name and attributes; {@link OpReader} is its inverse. */
final class OpWriter implements Op.Visitor<ObjectNode> {
  private final ObjectNode json;

  OpWriter(ObjectNode json) {
    this.json = json;
  }

  private ObjectNode op(String name) {
    return json.put("op", name);
  }

  private ObjectNode op(Enum<?> kind) {
    return op(kind.name().toLowerCase(Locale.ROOT));
  }

  private ObjectNode leaf(String op, String name, Shape shape) {
    op(op).put("name", name);
    return shape(shape);
  }

  private ObjectNode shape(Shape shape) {
    ArrayNode dims = json.putArray("shape");
    for (Dim dim : shape.dims()) {
      if (dim.isStatic()) {
        dims.add(dim.factor());
      } else if (dim.factor() == 1 && dim.symbols().size() == 1) {
        dims.add(dim.symbols().get(0));
      } else {
        ArrayNode product = dims.addArray().add(dim.factor());
        dim.symbols().forEach(product::add);
      }
    }
    return json;
  }

  private ObjectNode numbers(String name, List<Double> values) {
    ArrayNode list = json.putArray(name);
    values.forEach(list::add);
    return json;
  }

  private ObjectNode axes(String name, List<Integer> axes) {
    ArrayNode list = json.putArray(name);
    axes.forEach(list::add);
    return json;
  }

  @Override
  public ObjectNode parameter(Parameter op) {
    leaf("parameter", op.name(), op.shape()).put("role", op.role().name().toLowerCase(Locale.ROOT));
    Init init = op.init();
    if (init instanceof Init.Fill fill) {
      json.put("init", "fill").put("value", fill.value());
    } else if (init instanceof Init.Glorot glorot) {
      json.put("init", "glorot").put("fan_in", glorot.fanIn()).put("fan_out", glorot.fanOut());
    } else if (init instanceof Init.Normal normal) {
      json.put("init", "normal").put("sd", normal.sd());
    } else if (init instanceof Init.Uniform uniform) {
      json.put("init", "uniform").put("low", uniform.low()).put("high", uniform.high());
    } else {
      json.put("init", "values");
      numbers("values", ((Init.Values) init).values());
    }
    return json;
  }

  @Override
  public ObjectNode input(Input op) {
    leaf("input", op.name(), op.shape());
    return op.noise() == Input.Noise.NONE
        ? json
        : json.put("noise", op.noise().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public ObjectNode constant(Constant op) {
    op("constant");
    shape(op.shape());
    return numbers("values", op.values());
  }

  @Override
  public ObjectNode unary(Unary op) {
    return op(op.kind());
  }

  @Override
  public ObjectNode binary(Binary op) {
    return op(op.kind());
  }

  @Override
  public ObjectNode select(Select op) {
    return op("select");
  }

  @Override
  public ObjectNode matMul(MatMul op) {
    return op("matmul").put("trans_a", op.transA()).put("trans_b", op.transB());
  }

  @Override
  public ObjectNode softmax(Softmax op) {
    return op("softmax");
  }

  @Override
  public ObjectNode logSoftmax(LogSoftmax op) {
    return op("log_softmax");
  }

  @Override
  public ObjectNode normalise(Normalise op) {
    return op("normalise").put("epsilon", op.epsilon());
  }

  @Override
  public ObjectNode concat(Concat op) {
    return op("concat").put("axis", op.axis());
  }

  @Override
  public ObjectNode slice(Slice op) {
    op("slice").put("axis", op.axis()).put("start", op.start());
    return op.end() == Slice.END ? json : json.put("end", op.end());
  }

  @Override
  public ObjectNode reshape(Reshape op) {
    op("reshape");
    return shape(op.shape());
  }

  @Override
  public ObjectNode transpose(Transpose op) {
    op("transpose");
    return axes("order", op.order());
  }

  @Override
  public ObjectNode expandLike(ExpandLike op) {
    return op("expand_like");
  }

  @Override
  public ObjectNode sum(Sum op) {
    op("sum").put("keep", op.keep());
    return axes("axes", op.axes());
  }

  @Override
  public ObjectNode max(Max op) {
    return op("max").put("axis", op.axis());
  }

  @Override
  public ObjectNode extent(Extent op) {
    op("extent");
    return axes("axes", op.axes());
  }

  @Override
  public ObjectNode stopGradient(StopGradient op) {
    return op("stop_gradient");
  }

  @Override
  public ObjectNode scaleGradient(ScaleGradient op) {
    return op("scale_gradient");
  }
}
