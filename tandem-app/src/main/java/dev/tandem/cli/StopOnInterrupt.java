package dev.tandem.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns Ctrl-C and a plain kill into a question that the training loop asks itself after every
 * step, for as long as this is open. The process goes on as usual until the loop has saved; the
 * second such signal ends it at once.
 *
 * <p>A shutdown hook would not do: once the process shuts down, the engine takes no more calls, and
 * the step could not be finished. Signals can be had from {@code sun.misc.Signal} alone, of whose
 * direct use the compiler warns in a way that cannot be silenced; hence the reflection.
 */
final class StopOnInterrupt implements AutoCloseable {
  /** What a process that a signal ended tells the shell. */
  private static final Map<String, Integer> CODES = Map.of("INT", 130, "TERM", 143);

  private final Runnable notice;
  private final Map<Object, Object> before = new LinkedHashMap<>();
  private volatile int code;

  /**
   * Listens from now on.
   *
   * @param notice run when the first signal comes, on a thread of its own
   */
  StopOnInterrupt(Runnable notice) {
    this.notice = notice;
    try {
      for (String signal : CODES.keySet()) {
        listen(signal);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java runtime lacks the module jdk.unsupported", e);
    }
  }

  /** Whether the process has been asked to end. */
  boolean wanted() {
    return code != 0;
  }

  /** The exit code that belongs to the signal; 0 without one. */
  int code() {
    return code;
  }

  private void asked(int asked) {
    if (wanted()) {
      return;
    }
    code = asked;
    restore();
    notice.run();
  }

  private synchronized void listen(String name) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Runnable asked = () -> asked(CODES.getOrDefault(name, 1));
    MethodHandle ask =
        MethodHandles.publicLookup()
            .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
            .bindTo(asked);
    Object own =
        MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(ask, 0, type));
    Object signal = type.getConstructor(String.class).newInstance(name);
    try {
      before.put(signal, type.getMethod("handle", type, handler).invoke(null, signal, own));
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw e;
      }
      // The JVM runs with -Xrs, by which the user keeps the signals' plain meaning.
    }
  }

  private synchronized void restore() {
    before.forEach(
        (signal, handler) -> {
          try {
            Class<?> type = signal.getClass();
            type.getMethod("handle", type, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal, handler);
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(signal + " was taken and cannot be given back", e);
          }
        });
    before.clear();
  }

  @Override
  public void close() {
    restore();
  }
}
