package dev.tandem.simulate;

import dev.tandem.feature.DataException;
import dev.tandem.parquet.Column;
import dev.tandem.parquet.ColumnType;
import dev.tandem.parquet.Columns;
import dev.tandem.parquet.ParquetWriter;
import dev.tandem.simulate.SimulationReport.TaskReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Writes a simulated log: {@code train.parquet}, {@code validation.parquet} and {@code
 * test.parquet}, split by time; {@code truth/} with the true probabilities of the same rows in the
 * same order (keyed by {@code row_id}); {@code events.parquet} if asked for; and {@code
 * simulation.json}. Rows are streamed: memory grows with users, items and the test part's labels,
 * not with the log. Thread-safe.
 */
public final class Simulator {
  private static final int CHUNK = 16_384;
  private static final int USERS_PER_CHUNK = 256;

  private Simulator() {}

  /** As the full form, on all processors. */
  public static SimulationReport write(Simulation simulation, Path out, LongConsumer progress) {
    return write(simulation, out, Runtime.getRuntime().availableProcessors(), progress);
  }

  /**
   * Writes the log.
   *
   * @param simulation the platform
   * @param out directory to make or to write into; files of the same names are replaced
   * @param threads threads that draw rows; the files do not depend on it
   * @param progress is told the number of rows written so far
   * @return what {@code simulation.json} says
   * @throws DataException if a file cannot be written
   */
  public static SimulationReport write(
      Simulation simulation, Path out, int threads, LongConsumer progress) {
    long start = System.nanoTime();
    try {
      Files.createDirectories(out.resolve("truth"));
    } catch (IOException e) {
      throw new DataException(
          "cannot make the directory %s: %s. Choose one that can be written.".formatted(out, e), e);
    }
    ExecutorService workers = Executors.newFixedThreadPool(threads, Simulator::daemon);
    try {
      World world = new World(simulation);
      double[] intercepts = Intercepts.solve(world);
      Run run = new Run(world, intercepts, out, workers, threads, progress);
      long[] bounds = {0, simulation.validationFrom(), simulation.testFrom(), simulation.rows()};
      String[] parts = {"train", "validation", "test"};
      for (int p = 0; p < parts.length; p++) {
        run.part(parts[p], bounds[p], bounds[p + 1], p == 2);
      }
      if (simulation.histories() == Histories.EVENTS) {
        run.events();
      }
      SimulationReport report =
          new SimulationReport(
              simulation,
              world.users,
              world.items,
              bounds[1],
              bounds[2] - bounds[1],
              bounds[3] - bounds[2],
              run.tasks(),
              (System.nanoTime() - start) / 1e9);
      SimulationFiles.write(report, out);
      return report;
    } finally {
      workers.shutdownNow();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "simulate");
    thread.setDaemon(true);
    return thread;
  }

  /** One writing: chunks are drawn ahead by the workers and taken in order. */
  private static final class Run {
    private final World world;
    private final Path out;
    private final ExecutorService workers;
    private final int ahead;
    private final LongConsumer progress;
    private final ThreadLocal<Impressions> impressions;
    private final List<Outcomes> test = new ArrayList<>();
    private final long[][] trainLabels = new long[World.STAGES][2];
    private long written;

    Run(
        World world,
        double[] intercepts,
        Path out,
        ExecutorService workers,
        int threads,
        LongConsumer progress) {
      this.world = world;
      this.out = out;
      this.workers = workers;
      this.ahead = 2 * threads;
      this.progress = progress;
      this.impressions = ThreadLocal.withInitial(() -> new Impressions(world, intercepts));
    }

    /** Makes results 0 … count − 1 on the workers and gives them to {@code take} in order. */
    private <T> void inOrder(long count, Making<T> making, Taking<T> take) {
      Deque<Future<T>> coming = new ArrayDeque<>();
      try {
        for (long next = 0; next < count || !coming.isEmpty(); ) {
          while (next < count && coming.size() < ahead) {
            long index = next++;
            coming.add(workers.submit(() -> making.make(index)));
          }
          take.take(coming.remove().get());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DataException("the simulation was interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("drawing rows failed", e.getCause());
      }
    }

    void part(String name, long from, long to, boolean last) {
      Path data = out.resolve(name + ".parquet");
      Path truth = out.resolve("truth").resolve(name + ".parquet");
      try (ParquetWriter dataFile =
              new ParquetWriter(
                  data,
                  Impressions.columns(world.simulation),
                  Impressions.select(),
                  ParquetWriter.ROW_GROUP);
          ParquetWriter truthFile = new ParquetWriter(truth, Impressions.truthColumns())) {
        inOrder(
            (to - from + CHUNK - 1) / CHUNK,
            c -> impressions.get().chunk(from + c * CHUNK, Math.min(to, from + (c + 1) * CHUNK)),
            chunk -> {
              dataFile.write(chunk.data());
              truthFile.write(chunk.truth());
              count(chunk.outcomes(), name.equals("train"), last);
              written += chunk.data().rows();
              progress.accept(written);
            });
        dataFile.finish();
        truthFile.finish();
      }
    }

    private void count(Outcomes rows, boolean train, boolean keep) {
      if (keep) {
        test.add(rows);
      }
      for (int k = 0; train && k < World.STAGES; k++) {
        for (int i = 0; i < rows.rows; i++) {
          if (rows.labels[k][i] >= 0) {
            trainLabels[k][rows.labels[k][i]]++;
          }
        }
      }
    }

    void events() {
      List<Column> columns =
          List.of(
              new Column("user_id", ColumnType.INT32),
              new Column("behaviour", ColumnType.INT8),
              new Column("item_id", ColumnType.INT32),
              new Column("time", ColumnType.TIMESTAMP));
      String words =
          "* REPLACE (['%s'][behaviour + 1] AS behaviour)"
              .formatted(String.join("','", History.TYPES));
      long end = Clock.START + world.simulation.days() * Clock.DAY;
      try (ParquetWriter file =
          new ParquetWriter(
              out.resolve("events.parquet"), columns, words, ParquetWriter.ROW_GROUP)) {
        inOrder(
            (world.users + USERS_PER_CHUNK - 1) / USERS_PER_CHUNK,
            c -> {
              Columns chunk = new Columns(columns, USERS_PER_CHUNK * 100);
              History history = new History(world);
              int last = (int) Math.min(world.users, (c + 1) * USERS_PER_CHUNK);
              for (int user = (int) c * USERS_PER_CHUNK; user < last; user++) {
                for (int type = 0; type < History.TYPES.length; type++) {
                  history.all(
                      user,
                      type,
                      end,
                      (u, t, item, time) -> {
                        chunk.at(0).putInt(u);
                        chunk.at(1).putByte(t);
                        chunk.at(2).putInt(item);
                        chunk.at(3).putLong(time);
                      });
                }
              }
              return chunk;
            },
            file::write);
        file.finish();
      }
    }

    Map<String, TaskReport> tasks() {
      Map<String, TaskReport> tasks = new LinkedHashMap<>();
      for (Behaviour b : Behaviour.values()) {
        long[] counts = trainLabels[b.index()];
        tasks.put(
            b.column(),
            new TaskReport(
                counts[1] / (double) Math.max(1, counts[0] + counts[1]),
                Attainable.of(test, b, false),
                Attainable.of(test, b, true)));
      }
      return tasks;
    }
  }

  private interface Making<T> {
    T make(long index);
  }

  private interface Taking<T> {
    void take(T made);
  }
}
