package dev.tandem.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.tandem.graph.Dim;
import dev.tandem.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An ONNX model under construction: nodes, initialisers, inputs and outputs by name. */
final class OnnxModel {
  /** Operator set of the standard domain. */
  static final int OPSET = 17;

  static final String MICROSOFT = "com.microsoft";
  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tandem");
  private final Map<String, String> constants = new HashMap<>();
  private boolean microsoft;
  private int count;

  /** A name that no value has yet. */
  String fresh(String hint) {
    return "%" + hint + "." + count++;
  }

  /** Adds {@code op} and returns the name of its result. */
  String add(String op, List<String> inputs, AttributeProto... attributes) {
    return add("", op, inputs, attributes);
  }

  /** Adds an operator of ONNX Runtime's own domain and returns the name of its result. */
  String addMicrosoft(String op, List<String> inputs, AttributeProto... attributes) {
    microsoft = true;
    return add(MICROSOFT, op, inputs, attributes);
  }

  private String add(String domain, String op, List<String> inputs, AttributeProto... attributes) {
    String output = fresh(op);
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setDomain(domain)
            .setOpType(op)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(Arrays.asList(attributes)));
    return output;
  }

  /** The name of a constant of 32-bit floats. */
  String floats(float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    String key = "f" + Arrays.toString(shape) + Arrays.toString(values);
    return constants.computeIfAbsent(
        key,
        k -> {
          String name = fresh("const");
          initializer(name, TensorProto.DataType.FLOAT, bytes, shape);
          return name;
        });
  }

  /** The name of a constant vector of 64-bit integers. */
  String longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return constants.computeIfAbsent(
        "l" + Arrays.toString(values),
        k -> {
          String name = fresh("const");
          initializer(name, TensorProto.DataType.INT64, bytes, values.length);
          return name;
        });
  }

  /** Adds a named initialiser of floats. */
  void parameter(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    initializer(name, TensorProto.DataType.FLOAT, bytes, shape);
  }

  private void initializer(
      String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long d : shape) {
      tensor.addDims(d);
    }
    graph.addInitializer(tensor);
  }

  void input(String name, Shape shape) {
    graph.addInput(valueInfo(name, shape));
  }

  /** Declares {@code value} as the result called {@code name}. */
  void output(String name, String value, Shape shape) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName("output." + name)
            .setOpType("Identity")
            .addInput(value)
            .addOutput(name));
    graph.addOutput(valueInfo(name, shape));
  }

  private static ValueInfoProto valueInfo(String name, Shape shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (Dim dim : shape.dims()) {
      TensorShapeProto.Dimension.Builder d = TensorShapeProto.Dimension.newBuilder();
      dims.addDim(dim.isStatic() ? d.setDimValue(dim.size()) : d.setDimParam(dim.toString()));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(dims)))
        .build();
  }

  byte[] bytes() {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("tandem")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(graph);
    if (microsoft) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1));
    }
    return model.build().toByteArray();
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto attribute(String name, List<Integer> values) {
    AttributeProto.Builder builder =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    values.forEach(builder::addInts);
    return builder.build();
  }
}
