package dev.tandem.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Map;
import java.util.Set;

/**
 * A session with buffers tied to its inputs and outputs: zero-copy views, made once, closed here.
 * Used by one thread at a time.
 */
public final class Binding implements AutoCloseable {
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  Binding(OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /** Reads the input buffers, computes, writes the output buffers. */
  public void run() {
    try {
      Engine.run(() -> session.run(inputs, Set.of(), outputs).close());
    } catch (OrtException e) {
      throw new EngineException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
  }
}
