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
import dev.tandem.schema.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
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
  private final EventJoin events;
  private final Map<String, Rows> divided = new LinkedHashMap<>();

  Preparation(Duck duck, Path directory, Schema schema, DataConfig data, Progress progress) {
    this.duck = duck;
    this.schema = schema;
    this.data = data;
    this.watch = new Watch(progress);
    this.tables = new Tables(duck, directory);
    this.rejects = new RejectLog(data.rejects());
    this.events = EventJoin.of(duck, tables, schema, watch);
  }

  Preprocessor fit() {
    return new Fitter(duck, schema, watch).fit(Parts.train(parts()));
  }

  /** What a reader should know of the data, once they are divided. */
  List<String> notes() {
    return events.notes();
  }

  /** The parts, divided when first asked for. */
  Map<String, Rows> parts() {
    if (!divided.isEmpty()) {
      return divided;
    }
    watch.phase("reading files");
    Map<String, Rows> parts = Parts.of(duck, tables, data, schema.tasks(), events);
    rejects.add(tables.rejects());
    rejects.read(Math.max(0, tables.rejects().size()));
    divided.putAll(parts);
    return parts;
  }

  /** Writes everything into {@code target}, forced to disk. */
  void run(Path target, String fingerprint) throws IOException {
    Map<String, Rows> parts = parts();
    Map<String, Long> totals = new LinkedHashMap<>();
    for (Rows rows : parts.values()) {
      long total = duck.number(rows.select("count(*)"));
      if (total == 0) {
        String origin = String.join(", ", rows.table().origin());
        throw new DataException(
            "the "
                + rows.part()
                + " part has no rows: "
                + (rows.condition().equals("true")
                    ? "there are none in " + origin
                    : rows.condition() + " holds for none of " + origin));
      }
      totals.put(rows.part(), total);
      rejects.read(total);
    }
    rejects.check();
    Preprocessor preprocessor = new Fitter(duck, schema, watch).fit(Parts.train(parts));
    EncodedFormat format = PreparedFiles.format(preprocessor);
    Map<String, PartSummary> summaries = new LinkedHashMap<>();
    try (Histories.Writer histories = new Histories.Writer(target, format)) {
      for (Rows rows : parts.values()) {
        long total = totals.getOrDefault(rows.part(), 0L);
        watch.phase("encoding " + rows.part(), total);
        Path directory = Files.createDirectory(target.resolve(rows.part()));
        try (EncodedWriter writer =
            new EncodedWriter(directory.resolve("rows.arrow"), format, histories)) {
          boolean sampled = rows.part().equals(RawSample.part(parts));
          RawSample.Drawing sample = new RawSample.Drawing(preprocessor, sampled ? total : 0);
          PartWriter part = new PartWriter(preprocessor, rows, writer, sample);
          encode(rows, preprocessor, part);
          writer.finish();
          if (sampled) {
            sample.write(directory);
          }
          summaries.put(rows.part(), part.summary());
        }
      }
      histories.finish();
    }
    rejects.check();
    List<String> notes = new ArrayList<>(events.notes());
    summaries.forEach((part, summary) -> notes.addAll(summary.notes(part)));
    PreparedFiles.write(target, fingerprint, preprocessor, summaries, notes, rejects);
  }

  /**
   * This thread takes blocks from the engine and writes them in their order; others encode them.
   */
  private void encode(Rows rows, Preprocessor preprocessor, PartWriter part) throws IOException {
    BlockQuery query =
        new BlockQuery(duck, rows, preprocessor, new HashSet<>(preprocessor.inputs()), true);
    int workers = duck.limits().threads();
    ExecutorService encoders =
        Executors.newFixedThreadPool(workers, task -> new Thread(task, "tandem-encode"));
    try (ColumnStream stream = duck.stream(query.sql(), BLOCK)) {
      Deque<Batch> free = new ArrayDeque<>();
      Deque<Future<EncodedBlock>> pending = new ArrayDeque<>();
      long first = 0;
      while (stream.next()) {
        Block block = query.block(stream, first);
        long[] positions = BlockQuery.positions(stream);
        List<BlockQuery.Unreadable> unreadable = query.unreadable(stream);
        Batch batch = free.isEmpty() ? preprocessor.newBatch() : free.pop();
        pending.add(
            encoders.submit(
                () -> EncodedBlock.of(preprocessor, block, unreadable, batch, positions)));
        if (pending.size() > workers) {
          free.push(part.write(join(pending.remove())));
        }
        first += stream.rows();
        watch.rows(stream.rows());
      }
      while (!pending.isEmpty()) {
        part.write(join(pending.remove()));
      }
      part.checkLabels();
    } finally {
      encoders.shutdownNow();
    }
  }

  private static <T> T join(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("preparing data was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** A block, what it became, and the rows of it that are set aside. */
  private record EncodedBlock(
      Block block,
      Batch batch,
      List<Long> positions,
      SortedMap<Integer, String> bad,
      EncodingCounts counts) {
    static EncodedBlock of(
        Preprocessor preprocessor,
        Block block,
        List<BlockQuery.Unreadable> unreadable,
        Batch batch,
        long[] positions) {
      SortedMap<Integer, String> bad = preprocessor.check(block);
      unreadable.forEach(value -> bad.putIfAbsent(value.row(), value.reason()));
      EncodingCounts counts = new EncodingCounts();
      preprocessor.encode(block, batch, counts);
      return new EncodedBlock(
          block, batch, bad.keySet().stream().map(r -> positions[r]).toList(), bad, counts);
    }
  }

  /** Writes the encoded blocks of one part in order. */
  private final class PartWriter {
    private final Preprocessor preprocessor;
    private final Rows rows;
    private final EncodedWriter writer;
    private final RawSample.Drawing sample;
    private final EncodingCounts counts = new EncodingCounts();
    private final GroupIndex groups = new GroupIndex();
    private final Statistics statistics = new Statistics();

    PartWriter(
        Preprocessor preprocessor, Rows rows, EncodedWriter writer, RawSample.Drawing sample) {
      this.preprocessor = preprocessor;
      this.rows = rows;
      this.writer = writer;
      this.sample = sample;
    }

    /** Writes a block; its batch, free again. */
    Batch write(EncodedBlock encoded) throws IOException {
      BitSet skip = new BitSet();
      encoded.bad().keySet().forEach(skip::set);
      preprocessor.observeLabels(encoded.block(), skip, statistics);
      preprocessor.encodeGroups(encoded.block(), encoded.batch(), groups);
      sample.see(encoded.block(), skip, writer.rows());
      writer.write(encoded.batch(), skip);
      counts.add(encoded.counts());
      rejects.add(encoded.positions(), List.copyOf(encoded.bad().values()), rows);
      return encoded.batch();
    }

    void checkLabels() {
      for (Task task : schema.tasks()) {
        LabelCheck.valid(task, rows.part(), statistics.labels(task.name()));
        LabelCheck.inOrder(task, rows.part(), statistics.labels(task.name()));
      }
    }

    PartSummary summary() {
      Map<String, PartSummary.LabelCounts> labels = new LinkedHashMap<>();
      for (Task task : schema.tasks()) {
        Statistics.Labels seen = statistics.labels(task.name());
        labels.put(
            task.name(),
            new PartSummary.LabelCounts(
                seen.observed(),
                task.kind() == TaskKind.BINARY ? seen.positives() : 0,
                seen.missing(),
                seen.outside(),
                seen.unpreceded()));
      }
      return new PartSummary(writer.rows(), labels, counts.unseen(), counts.cut(), counts.sorted());
    }
  }
}
