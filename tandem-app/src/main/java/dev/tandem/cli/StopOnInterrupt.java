package dev.tandem.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and a plain kill into a question that the training loop asks itself after every
 * step: while this is open, the process waits for the loop to save before it ends.
 */
final class StopOnInterrupt implements AutoCloseable {
  private static final long LONGEST_WAIT_SECONDS = 600;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stopAndWait, "tandem-stop");
  private volatile boolean wanted;

  StopOnInterrupt() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the process has been asked to end. */
  boolean wanted() {
    return wanted;
  }

  private void stopAndWait() {
    wanted = true;
    try {
      // Closing comes a moment before the last message; the disk may need its time before that.
      if (closed.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    if (!wanted) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        wanted = true; // The process ends just now: the hook runs, and finds this closed.
      }
    }
  }
}
