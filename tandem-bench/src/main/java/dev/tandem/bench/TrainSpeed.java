package dev.tandem.bench;

import dev.tandem.archive.AtomicFiles;
import dev.tandem.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Times whole training steps of the yardstick, data loading included: {@code TrainSpeed [tableRows]
 * [steps] [threads] [uniform|zipf]}. Prints one line of JSON: the median step in milliseconds, rows
 * per second, the share of the f32 matrix-product limit measured in the same run.
 */
public final class TrainSpeed {
  private TrainSpeed() {}

  /** Runs the bench. */
  public static void main(String[] args) throws Exception {
    int tableRows = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 120;
    int threads = args.length > 2 ? Integer.parseInt(args[2]) : 2;
    boolean zipf = args.length > 3 && args[3].equals("zipf");
    double limit = GemmLimit.gigaflops(threads);
    StepTimes times = new StepTimes(steps);
    Path directory = Files.createTempDirectory("tandem-bench");
    try {
      PleYardstick.Rows rows = new PleYardstick.Rows(tableRows, zipf);
      Trainer.train(
          PleYardstick.job(
              rows, steps, PleYardstick.BATCH, threads, directory.resolve("checkpoints")),
          times,
          () -> false);
    } finally {
      AtomicFiles.deleteTree(directory);
    }
    double median = times.median();
    double reached = PleYardstick.flops() / median * 1e-9;
    System.out.printf(
        Locale.ROOT,
        "{\"engine\": \"tandem\", \"table_rows\": %d, \"ids\": \"%s\", \"threads\": %d, "
            + "\"ms_per_step\": %.2f, \"best_ms\": %.2f, \"rows_per_second\": %.0f, "
            + "\"gflops\": %.0f, \"gemm_limit_gflops\": %.0f, \"share_of_limit\": %.3f}%n",
        tableRows,
        zipf ? "zipf" : "uniform",
        threads,
        median * 1e3,
        times.warm()[0] * 1e3,
        PleYardstick.BATCH / median,
        reached,
        limit,
        reached / limit);
  }
}
