package dev.tandem.onnx;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.scoring.Executable;
import dev.tandem.scoring.Execution;
import dev.tandem.scoring.Idle;
import dev.tandem.scoring.Symbols;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A scoring graph in a session of its own. Thread-safe. */
final class OnnxProgram implements Executable, AutoCloseable {
  private final GraphSession session;
  private final Symbols symbols;
  private final Idle<OnnxExecution> idle = new Idle<>();
  private final Queue<OnnxExecution> all = new ConcurrentLinkedQueue<>();

  /** Held for reading by whoever runs: native memory is not freed under a run. */
  private final ReadWriteLock open = new ReentrantReadWriteLock();

  private boolean closed;

  OnnxProgram(Graph graph, Map<String, float[]> parameters) {
    this.session = GraphSession.open(graph, parameters);
    this.symbols = Symbols.of(graph);
  }

  @Override
  public Symbols symbols() {
    return symbols;
  }

  @Override
  public List<Input> inputs() {
    return session.graph().inputs();
  }

  @Override
  public List<String> outputs() {
    return List.copyOf(session.graph().outputs().keySet());
  }

  @Override
  public Execution borrow(int... sizes) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the runtime that this model was opened in is closed");
      }
      OnnxExecution execution = idle.take(this::make);
      execution.resize(sizes);
      return execution;
    } catch (RuntimeException e) {
      open.readLock().unlock();
      throw e;
    }
  }

  private OnnxExecution make() {
    OnnxExecution execution = new OnnxExecution(this, session, symbols);
    all.add(execution);
    return execution;
  }

  /** Takes an execution back. */
  void giveBack(OnnxExecution execution) {
    if (!idle.put(execution)) {
      all.remove(execution);
      execution.free();
    }
    open.readLock().unlock();
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      closed = true;
      all.forEach(OnnxExecution::free);
      all.clear();
      session.close();
    } finally {
      open.writeLock().unlock();
    }
  }
}
