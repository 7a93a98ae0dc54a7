package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodedFileTest {
  /** An independent reader of the format finds what was written. */
  @Test
  void arrowReadsTheFile(@TempDir Path directory) throws IOException {
    Path file =
        DuckFiles.write(
            directory.resolve("log.parquet"),
            DuckFiles.SHOP.replace("range(2000)", "range(40000)"),
            "FORMAT parquet");
    Schema schema =
        Configs.schema(
            List.of(Configs.id("user", 1), Configs.id("city", 1), Configs.number("price")),
            Task.binary("click", "click"));
    PreparedData prepared =
        new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT)
            .prepare(Configs.data(Configs.files(file)), schema);
    long rows = 0;
    double clicks = 0;
    try (BufferAllocator allocator = new RootAllocator();
        FileChannel channel = FileChannel.open(prepared.directory().resolve("train/rows.arrow"));
        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      assertThat(root.getSchema().findField("ids").getMetadata())
          .containsEntry("names", "user\ncity\nprice.bucket");
      while (reader.loadNextBatch()) {
        for (int r = 0; r < root.getRowCount(); r++) {
          assertThat((List<?>) root.getVector("ids").getObject(r)).hasSize(3);
          clicks += (Float) ((List<?>) root.getVector("labels").getObject(r)).get(0);
          assertThat(root.getVector("row").getObject(r)).isEqualTo(rows + r);
        }
        rows += root.getRowCount();
      }
    }
    assertThat(rows).isEqualTo(40_000);
    assertThat(clicks).isEqualTo(13_334);
  }

  /**
   * Forty users see a thousand rows in two parts, and have a history each: forty histories, of
   * which some are equal and all have what an independent reader and the batches agree on.
   */
  @Test
  void aHistoryIsStoredOnceForAllItsRows(@TempDir Path directory) throws IOException {
    String rows =
        "SELECT i %% 40 AS user, 'i' || (i %% 9) AS item, i // 3 %% 2 AS click,"
            + " ['i' || (user * user %% 5), 'i' || (user %% 3), 'i' || (user %% 2)][1:user %% 4] AS watched"
            + " FROM range(%d, %d) r(i)";
    Path train =
        DuckFiles.write(
            directory.resolve("train.parquet"), rows.formatted(0, 800), "FORMAT parquet");
    Path later =
        DuckFiles.write(
            directory.resolve("later.parquet"), rows.formatted(800, 1000), "FORMAT parquet");
    Table items = new Table("item", 4, 1, 0);
    Schema schema =
        Configs.schema(
            List.of(
                new IdFeature("item", "item", items, Side.ITEM),
                new SequenceFeature(
                    "watched",
                    List.of(new SequenceFeature.Step("watched", "item", items)),
                    SequenceFeature.Combine.SUM,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    2,
                    SequenceFeature.Order.NEWEST_FIRST,
                    Side.USER)),
            Task.binary("click", "click"));
    PreparedData prepared =
        new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT)
            .prepare(
                Configs.data(
                    Configs.files(train), Optional.of(Configs.files(later)), Optional.empty()),
                schema);
    List<List<?>> stored = column(prepared, "histories/0.arrow", "steps.0");
    assertThat(stored).doesNotHaveDuplicates().contains(List.of());
    Set<List<?>> seen = new HashSet<>();
    for (String part : List.of("train", "validation")) {
      List<List<?>> references = column(prepared, part + "/rows.arrow", "histories");
      EncodedData data = part.equals("train") ? prepared.train() : prepared.validation().get();
      Batch batch = prepared.preprocessor().newBatch();
      int count = references.size();
      data.read(LongStream.range(0, count).toArray(), 0, count, batch);
      assertThat(count).isEqualTo(part.equals("train") ? 800 : 200);
      for (int r = 0; r < count; r++) {
        List<Integer> steps = new ArrayList<>();
        for (int k = batch.sequenceOffsets(0)[r]; k < batch.sequenceOffsets(0)[r + 1]; k++) {
          steps.add(batch.sequenceIds(0, 0)[k]);
        }
        assertThat(steps).hasSize(Math.min(2, r % 40 % 4));
        long reference = (Long) references.get(r).get(0);
        assertThat(stored.get(Math.toIntExact(reference))).isEqualTo(steps);
        seen.add(steps);
      }
    }
    assertThat(stored).hasSize(seen.size());
  }

  /** A column of lists as Arrow's own reader gives it. */
  private static List<List<?>> column(PreparedData prepared, String file, String name)
      throws IOException {
    List<List<?>> values = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        FileChannel channel = FileChannel.open(prepared.directory().resolve(file));
        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      while (reader.loadNextBatch()) {
        for (int r = 0; r < root.getRowCount(); r++) {
          values.add(List.copyOf((List<?>) root.getVector(name).getObject(r)));
        }
      }
    }
    return values;
  }
}
