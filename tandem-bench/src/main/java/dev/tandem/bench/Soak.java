package dev.tandem.bench;

import dev.tandem.archive.AtomicFiles;
import dev.tandem.train.TrainedModel;
import dev.tandem.train.Trainer;
import dev.tandem.train.TrainingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Resident memory over a long run: {@code Soak [steps] [predictions] [tableRows] [batch]}. Trains
 * the yardstick, then scores its rows again and again; prints the resident megabytes every so
 * often. Give the heap a fixed, pre-touched size ({@code -Xms3g -Xmx3g -XX:+AlwaysPreTouch}), so
 * that what grows is not the heap.
 */
public final class Soak {
  private Soak() {}

  /** Runs the soak. */
  public static void main(String[] args) throws Exception {
    int steps = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    int predictions = args.length > 1 ? Integer.parseInt(args[1]) : 20_000;
    int tableRows = args.length > 2 ? Integer.parseInt(args[2]) : 1_000_000;
    int batch = args.length > 3 ? Integer.parseInt(args[3]) : PleYardstick.BATCH;
    Path directory = Files.createTempDirectory("tandem-soak");
    try {
      PleYardstick.Rows rows = new PleYardstick.Rows(tableRows, false);
      int every = Math.max(1, steps / 20);
      TrainedModel model =
          Trainer.train(
              PleYardstick.job(rows, steps, batch, 2, directory.resolve("checkpoints")),
              event -> {
                if (event instanceof TrainingEvent.Stepped s && s.step() % every == 0) {
                  print("step", s.step());
                }
              },
              () -> false);
      long[] blocks = new long[1];
      for (int pass = 0; blocks[0] < predictions; pass++) {
        model.predict(rows, (scored, scores) -> blocks[0]++);
        if (pass % every(predictions, blocks[0] / (pass + 1)) == 0) {
          print("predictions", blocks[0]);
        }
      }
    } finally {
      AtomicFiles.deleteTree(directory);
    }
  }

  /** After how many passes to print, for about twenty lines in all. */
  private static long every(int predictions, long blocksPerPass) {
    return Math.max(1, predictions / blocksPerPass / 20);
  }

  private static void print(String what, long number) {
    System.out.printf(
        Locale.ROOT, "{\"%s\": %d, \"resident_mb\": %.1f}%n", what, number, residentMegabytes());
  }

  /** Resident memory of this process; NaN where the system does not tell. */
  static double residentMegabytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Double.parseDouble(line.replaceAll("\\D+", "")) / 1024;
        }
      }
    } catch (IOException e) {
      // not Linux
    }
    return Double.NaN;
  }
}
