package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
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
}
