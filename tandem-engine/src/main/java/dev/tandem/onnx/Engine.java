package dev.tandem.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * ONNX Runtime in this process: its one environment, and the gate that every call passes.
 *
 * <p>A process may end while threads are inside ONNX Runtime: Ctrl-C, {@code System.exit}, or a
 * {@code main} that returns before its daemon threads do. ONNX Runtime then frees its environment
 * in a shutdown hook, and the C library its static objects, both under the feet of those threads:
 * the process dies of SIGSEGV instead of ending. Here the environment is held once more than that
 * hook lets go, and a hook of our own waits for the calls under way and admits no other, so that
 * the process ends with nobody inside. Calls that come later never return. Thread-safe.
 */
final class Engine {
  private static final OrtLoggingLevel LEVEL = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
  private static final String NAME = "tandem";
  private static final ReadWriteLock GATE = new ReentrantReadWriteLock();
  private static final OrtEnvironment ENVIRONMENT = start();

  private Engine() {}

  /** A call with a result. */
  @FunctionalInterface
  interface Call<T> {
    T with(OrtEnvironment environment) throws OrtException;
  }

  /** A call without a result. */
  @FunctionalInterface
  interface Action {
    void run() throws OrtException;
  }

  /** Calls ONNX Runtime; must not be called from within a call. */
  static <T> T call(Call<T> call) throws OrtException {
    GATE.readLock().lock();
    try {
      return call.with(ENVIRONMENT);
    } finally {
      GATE.readLock().unlock();
    }
  }

  /** {@link #call} without a result. */
  static void run(Action action) throws OrtException {
    call(
        environment -> {
          action.run();
          return environment;
        });
  }

  private static OrtEnvironment start() {
    OrtEnvironment environment = OrtEnvironment.getEnvironment(LEVEL, NAME);
    hold();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(GATE.writeLock()::lock, "tandem-engine-shutdown"));
    return environment;
  }

  /** ONNX Runtime counts how often its environment was made; Java has no other way to count up. */
  private static void hold() {
    try {
      Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
      Method make =
          OrtEnvironment.class.getDeclaredMethod(
              "createHandle", long.class, int.class, String.class);
      api.setAccessible(true);
      make.setAccessible(true);
      make.invoke(null, api.getLong(null), LEVEL.getValue(), NAME);
    } catch (ReflectiveOperationException e) {
      throw new EngineException(
          "this version of ONNX Runtime cannot be held open until the process ends; use the one that"
              + " Tandem declares",
          e);
    }
  }
}
