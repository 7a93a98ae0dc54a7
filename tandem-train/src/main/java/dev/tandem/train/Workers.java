package dev.tandem.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A fixed number of threads that share out numbered pieces of work; the caller is one of them. */
final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService helpers;

  Workers(int threads) {
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.helpers =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            task -> {
              Thread thread = new Thread(task, "tandem-worker-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  int threads() {
    return threads;
  }

  /**
   * Does pieces 0 … count − 1, in no particular order, and returns when all are done. The first
   * failure is thrown; pieces not yet begun are then left out.
   */
  void run(int count, IntConsumer piece) {
    if (threads == 1 || count <= 1) {
      for (int i = 0; i < count; i++) {
        piece.accept(i);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    Runnable loop =
        () -> {
          try {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
              piece.accept(i);
            }
          } catch (RuntimeException | Error e) {
            next.set(count);
            throw e;
          }
        };
    List<Future<?>> running = new ArrayList<>();
    for (int t = 1; t < Math.min(threads, count); t++) {
      running.add(helpers.submit(loop));
    }
    try {
      loop.run();
    } finally {
      await(running);
    }
  }

  private static void await(List<Future<?>> running) {
    RuntimeException failure = null;
    boolean interrupted = false;
    for (Future<?> future : running) {
      for (boolean done = false; !done; ) {
        try {
          future.get();
          done = true;
        } catch (InterruptedException e) {
          interrupted = true; // the buffers are in use until every piece is done
        } catch (ExecutionException e) {
          done = true;
          failure =
              e.getCause() instanceof RuntimeException r
                  ? r
                  : new IllegalStateException(e.getCause());
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    helpers.shutdown();
  }
}
