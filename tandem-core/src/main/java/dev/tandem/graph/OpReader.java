package dev.tandem.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads an operator from its name and attributes. */
final class OpReader {
  private final JsonNode json;

  private OpReader(JsonNode json) {
    this.json = json;
  }

  static Op read(JsonNode json) {
    return new OpReader(json).op();
  }

  private Op op() {
    String name = need("op").asText();
    for (Unary.Kind kind : Unary.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return new Unary(kind);
      }
    }
    for (Binary.Kind kind : Binary.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return new Binary(kind);
      }
    }
    return switch (name) {
      case "parameter" ->
          new Parameter(
              need("name").asText(), shape(), init(), kind(Parameter.Role.class, need("role")));
      case "input" ->
          new Input(
              need("name").asText(),
              shape(),
              json.has("noise") ? kind(Input.Noise.class, need("noise")) : Input.Noise.NONE);
      case "constant" -> new Constant(shape(), numbers());
      case "select" -> new Select();
      case "matmul" -> new MatMul(need("trans_a").asBoolean(), need("trans_b").asBoolean());
      case "softmax" -> new Softmax();
      case "log_softmax" -> new LogSoftmax();
      case "normalise" -> new Normalise(need("epsilon").asDouble());
      case "concat" -> new Concat(need("axis").asInt());
      case "slice" ->
          new Slice(
              need("axis").asInt(),
              need("start").asLong(),
              json.has("end") ? need("end").asLong() : Slice.END);
      case "reshape" -> new Reshape(shape());
      case "transpose" -> new Transpose(axes("order"));
      case "expand_like" -> new ExpandLike();
      case "sum" -> new Sum(axes("axes"), need("keep").asBoolean());
      case "max" -> new Max(need("axis").asInt());
      case "extent" -> new Extent(axes("axes"));
      case "stop_gradient" -> new StopGradient();
      case "scale_gradient" -> new ScaleGradient();
      default -> throw new IllegalArgumentException("there is no operator " + name);
    };
  }

  private JsonNode need(String attribute) {
    JsonNode value = json.get(attribute);
    if (value == null) {
      throw new IllegalArgumentException("attribute " + attribute + " is missing");
    }
    return value;
  }

  private static <E extends Enum<E>> E kind(Class<E> type, JsonNode name) {
    return Enum.valueOf(type, name.asText().toUpperCase(Locale.ROOT));
  }

  private Init init() {
    String name = need("init").asText();
    return switch (name) {
      case "fill" -> new Init.Fill(need("value").asDouble());
      case "glorot" -> new Init.Glorot(need("fan_in").asInt(), need("fan_out").asInt());
      case "normal" -> new Init.Normal(need("sd").asDouble());
      case "uniform" -> new Init.Uniform(need("low").asDouble(), need("high").asDouble());
      case "values" -> new Init.Values(numbers());
      default -> throw new IllegalArgumentException("there is no start " + name);
    };
  }

  private Shape shape() {
    List<Dim> dims = new ArrayList<>();
    for (JsonNode dim : need("shape")) {
      if (dim.isNumber()) {
        dims.add(Dim.of(dim.asLong()));
      } else if (dim.isTextual()) {
        dims.add(Dim.symbol(dim.asText()));
      } else {
        List<String> symbols = new ArrayList<>();
        for (int i = 1; i < dim.size(); i++) {
          symbols.add(dim.get(i).asText());
        }
        dims.add(new Dim(dim.path(0).asLong(), symbols));
      }
    }
    return new Shape(dims);
  }

  private List<Double> numbers() {
    List<Double> values = new ArrayList<>();
    need("values").forEach(v -> values.add(v.asDouble()));
    return values;
  }

  private List<Integer> axes(String attribute) {
    List<Integer> axes = new ArrayList<>();
    need(attribute).forEach(a -> axes.add(a.asInt()));
    return axes;
  }
}
