package dev.tandem.onnx;

import dev.tandem.graph.Graph;
import dev.tandem.scoring.Executable;
import dev.tandem.scoring.GraphCompiler;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Scoring in ONNX Runtime: each graph is the model that an export writes, in a session of its own
 * with the weights inside. It owns the sessions; what was compiled can be used until it is closed.
 * Thread-safe; each call computes on its own thread.
 */
public final class OnnxCompiler implements GraphCompiler, AutoCloseable {
  private final Queue<OnnxProgram> programs = new ConcurrentLinkedQueue<>();

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public int block() {
    return 256; // a run costs more than its rows when there are few
  }

  @Override
  public Executable compile(Graph graph, Map<String, float[]> parameters) {
    OnnxProgram program = new OnnxProgram(graph, parameters);
    programs.add(program);
    return program;
  }

  /** Waits for the runs under way and frees the sessions. */
  @Override
  public void close() {
    for (OnnxProgram program = programs.poll(); program != null; program = programs.poll()) {
      program.close();
    }
  }
}
