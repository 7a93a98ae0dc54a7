package dev.tandem.bench;

import dev.tandem.archive.Verification;
import dev.tandem.feature.Row;
import dev.tandem.onnx.OnnxCompiler;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.GraphCompiler;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many threads ranking at once, in both runtimes: {@code RankSoak DIR [seconds] [threads]}. Each
 * answer (1 user × 500 candidates, raw rows) is compared bit by bit with the one that a single
 * thread gave before; heap (what outlived collections) and resident memory are printed every sixth
 * of the time. DIR is the archive of {@link FirstScore}, written when it is not there.
 */
public final class RankSoak {
  private static final int REQUESTS = 32;
  private static final int CANDIDATES = 500;
  private static final int PRINTS = 6;

  private RankSoak() {}

  /** A request and its answer. */
  private record Case(Row user, List<Row> candidates, Map<String, float[]> answer) {}

  /** Runs the soak; exit code 1 if an answer was another one. */
  public static void main(String[] args) throws Exception {
    Path model = Path.of(args[0]);
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 60;
    int threads = args.length > 2 ? Integer.parseInt(args[2]) : 8;
    if (!Files.exists(model)) {
      FirstScore.write(model);
    }
    long different = run(model, GraphCompiler.JAVA, seconds, threads);
    try (OnnxCompiler onnx = new OnnxCompiler()) {
      different += run(model, onnx, seconds, threads);
    }
    System.exit(different == 0 ? 0 : 1);
  }

  private static long run(Path model, GraphCompiler runtime, int seconds, int threads)
      throws InterruptedException {
    ArchiveScorer scorer = ArchiveScorer.open(model, Verification.ON_USE, runtime);
    SplittableRandom random = new SplittableRandom(1);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      Row user = row(random, 0);
      List<Row> candidates = new ArrayList<>();
      for (int c = 0; c < CANDIDATES; c++) {
        candidates.add(row(random, 1));
      }
      cases.add(new Case(user, candidates, scorer.rank(user, candidates)));
    }
    AtomicLong ranked = new AtomicLong();
    AtomicLong different = new AtomicLong();
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    List<Thread> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int first = t;
      Thread thread =
          new Thread(
              () -> {
                for (int i = first; System.nanoTime() < end; i++) {
                  Case one = cases.get(i % REQUESTS);
                  boolean same = same(one.answer, scorer.rank(one.user, one.candidates));
                  different.addAndGet(same ? 0 : 1);
                  ranked.incrementAndGet();
                }
              });
      thread.start();
      running.add(thread);
    }
    for (int print = 1; print <= PRINTS; print++) {
      long at = start + (end - start) * print / PRINTS;
      Thread.sleep(Math.max(0, (at - System.nanoTime()) / 1_000_000));
      System.out.printf(
          Locale.ROOT,
          "{\"runtime\": \"%s\", \"seconds\": %d, \"requests\": %d, \"different\": %d, \"heap_mb\": %.1f, \"resident_mb\": %.1f}%n",
          runtime.name(),
          (System.nanoTime() - start) / 1_000_000_000,
          ranked.get(),
          different.get(),
          heapMegabytes(),
          Soak.residentMegabytes());
    }
    for (Thread thread : running) {
      thread.join();
    }
    return different.get();
  }

  private static boolean same(Map<String, float[]> expected, Map<String, float[]> found) {
    return expected.entrySet().stream()
        .allMatch(e -> Arrays.equals(e.getValue(), found.get(e.getKey())));
  }

  /** The columns of the user's features, which are the even ones, or of a candidate's. */
  private static Row row(SplittableRandom random, int first) {
    Map<String, Object> row = new HashMap<>();
    for (int f = first; f < ScoringSpeed.FIELDS; f += 2) {
      row.put("f" + f, (long) random.nextInt(ScoringSpeed.TABLE));
    }
    return Row.of(row);
  }

  /** What outlived collections: the old generation as it stands, the others as they were left. */
  private static double heapMegabytes() {
    long bytes = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        boolean old = pool.getName().contains("Old Gen");
        bytes += (old ? pool.getUsage() : pool.getCollectionUsage()).getUsed();
      }
    }
    return bytes / 1e6;
  }
}
