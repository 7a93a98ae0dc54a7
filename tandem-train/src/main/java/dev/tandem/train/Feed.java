package dev.tandem.train;

import dev.tandem.feature.EncodedData;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the batch of the next step in a thread of its own while the current one is trained on.
 * The order of the rows is the {@link Shuffle}'s; the feed adds nothing to it.
 */
final class Feed implements AutoCloseable {
  private record Item(PreparedBatch batch, @Nullable RuntimeException failure) {}

  private final BlockingQueue<PreparedBatch> free = new ArrayBlockingQueue<>(3);
  private final BlockingQueue<Item> ready = new ArrayBlockingQueue<>(1);
  private final Thread thread;

  /**
   * Starts preparing.
   *
   * @param first first step, from 0
   * @param end step after the last
   */
  Feed(
      EncodedData data,
      Shuffle shuffle,
      int batchRows,
      long first,
      long end,
      Supplier<PreparedBatch> batches) {
    for (int i = 0; i < 3; i++) {
      free.add(batches.get());
    }
    thread = new Thread(() -> loop(data, shuffle, batchRows, first, end), "tandem-feed");
    thread.setDaemon(true);
    thread.start();
  }

  /** Steps of one pass over {@code rows} rows. */
  static long stepsPerEpoch(long rows, int batchRows) {
    return (rows + batchRows - 1) / batchRows;
  }

  private void loop(EncodedData data, Shuffle shuffle, int batchRows, long first, long end) {
    long perEpoch = stepsPerEpoch(data.rows(), batchRows);
    try {
      for (long step = first; step < end; step++) {
        PreparedBatch batch = free.take();
        long from = step % perEpoch * batchRows;
        int rows = (int) Math.min(batchRows, data.rows() - from);
        RuntimeException failure = null;
        try {
          shuffle.rows(step / perEpoch, from, rows, batch.rowNumbers(rows));
          batch.prepare(data, rows);
        } catch (RuntimeException e) {
          failure = e;
        }
        ready.put(new Item(batch, failure));
        if (failure != null) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** The batch of the next step; give it back with {@link #recycle}. */
  PreparedBatch next() throws InterruptedException {
    Item item = ready.take();
    if (item.failure() != null) {
      throw item.failure();
    }
    return item.batch();
  }

  void recycle(PreparedBatch batch) {
    free.add(batch);
  }

  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
