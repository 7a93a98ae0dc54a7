package dev.tandem.ingest;

import dev.tandem.config.DataConfig;
import dev.tandem.feature.Batch;
import dev.tandem.feature.Block;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodingCounts;
import dev.tandem.feature.GroupIndex;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Statistics;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One preparation of data: open, divide, fit, encode, write. Used once, by one thread. */
final class Preparation {
  private static final int BLOCK = 16_384;

  private final Duck duck;
  private final Schema schema;
  private final DataConfig data;
  private final Watch watch;
  private final Tables tables;
  private final RejectLog rejects;

  Preparation(Duck duck, Path directory, Schema schema, DataConfig data, Progress progress) {
    this.duck = duck;
    this.schema = schema;
    this.data = data;
    this.watch = new Watch(progress);
    this.tables = new Tables(duck, directory);
    this.rejects = new RejectLog(data.rejects());
  }

  Preprocessor fit() {
    return new Fitter(duck, schema, rejects, watch).fit(Parts.train(parts()));
  }

  private Map<String, Rows> parts() {
    watch.phase("reading files");
    Map<String, Rows> parts = Parts.of(duck, tables, data, schema.tasks());
    rejects.add(tables.rejects());
    rejects.read(Math.max(0, tables.rejects().size()));
    return parts;
  }

  /** Writes everything into {@code target}, forced to disk. */
  void run(Path target, String fingerprint) throws IOException {
    Map<String, Rows> parts = parts();
    Map<String, Long> totals = new LinkedHashMap<>();
    for (Rows rows : parts.values()) {
      long total = duck.number(rows.select("count(*)"));
      if (total == 0) {
        throw new DataException(
            "the "
                + rows.part()
                + " part has no rows: "
                + rows.condition()
                + " holds for none of "
                + String.join(", ", rows.table().origin()));
      }
      totals.put(rows.part(), total);
      rejects.read(total);
    }
    rejects.check();
    Preprocessor preprocessor = new Fitter(duck, schema, rejects, watch).fit(Parts.train(parts));
    Map<String, PartSummary> summaries = new LinkedHashMap<>();
    for (Rows rows : parts.values()) {
      watch.phase("encoding " + rows.part(), totals.getOrDefault(rows.part(), 0L));
      summaries.put(
          rows.part(),
          encode(rows, preprocessor, Files.createDirectory(target.resolve(rows.part()))));
    }
    rejects.check();
    PreparedFiles.write(target, fingerprint, preprocessor, summaries, rejects);
  }

  /**
   * Reads and encodes at the same time: this thread takes blocks from the engine, another encodes
   * and writes them.
   */
  private PartSummary encode(Rows rows, Preprocessor preprocessor, Path directory)
      throws IOException {
    BlockQuery query =
        new BlockQuery(duck, rows, preprocessor, new HashSet<>(preprocessor.inputs()), true);
    ExecutorService encoder =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "tandem-encode"));
    try (EncodedWriter writer =
            new EncodedWriter(directory.resolve("rows.arrow"), PreparedFiles.format(preprocessor));
        ColumnStream stream = duck.stream(query.sql(), BLOCK)) {
      PartEncoder part = new PartEncoder(preprocessor, writer);
      Future<SortedMap<Integer, String>> pending = encoder.submit(() -> new TreeMap<>());
      long[] positions = {};
      long first = 0;
      while (stream.next()) {
        Block block = query.block(stream, first);
        long[] next = BlockQuery.positions(stream);
        rejects.add(join(pending), rows, positions);
        positions = next;
        pending = encoder.submit(() -> part.encode(block));
        first += stream.rows();
        watch.rows(stream.rows());
      }
      rejects.add(join(pending), rows, positions);
      part.checkLabels(rows);
      writer.finish();
      return part.summary();
    } finally {
      encoder.shutdownNow();
    }
  }

  private static <T> T join(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("preparing data was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      } else if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Encodes the blocks of one part in order. Owned by one thread at a time. */
  private final class PartEncoder {
    private final Preprocessor preprocessor;
    private final EncodedWriter writer;
    private final Batch batch;
    private final EncodingCounts counts = new EncodingCounts();
    private final GroupIndex groups = new GroupIndex();
    private final Statistics statistics = new Statistics();

    PartEncoder(Preprocessor preprocessor, EncodedWriter writer) {
      this.preprocessor = preprocessor;
      this.writer = writer;
      this.batch = preprocessor.newBatch();
    }

    SortedMap<Integer, String> encode(Block block) throws IOException {
      SortedMap<Integer, String> bad = preprocessor.check(block);
      BitSet skip = new BitSet();
      bad.keySet().forEach(skip::set);
      preprocessor.observeLabels(block, skip, statistics);
      preprocessor.encode(block, batch, counts, groups);
      writer.write(batch, skip);
      return bad;
    }

    void checkLabels(Rows rows) {
      for (Task task : schema.tasks()) {
        LabelCheck.valid(task, rows.part(), statistics.labels(task.name()));
      }
    }

    PartSummary summary() {
      Map<String, PartSummary.LabelCounts> labels = new LinkedHashMap<>();
      for (Task task : schema.tasks()) {
        Statistics.Labels seen = statistics.labels(task.name());
        labels.put(
            task.name(),
            new PartSummary.LabelCounts(
                seen.observed(), seen.positives(), seen.missing(), seen.outside()));
      }
      return new PartSummary(writer.rows(), labels, counts.unseen());
    }
  }
}
