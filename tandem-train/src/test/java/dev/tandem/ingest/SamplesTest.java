package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.config.Column;
import dev.tandem.config.DataConfig;
import dev.tandem.config.Format;
import dev.tandem.config.Rejects;
import dev.tandem.schema.Feature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Published data sets in the layout in which they are published. */
class SamplesTest {
  @TempDir private Path cache;

  @Test
  void criteoWithoutHeader() {
    Optional<Path> folder = Configs.realData("samples/criteo");
    assumeTrue(folder.isPresent(), "samples/criteo is not there: set TANDEM_DATA");
    List<String> names = new ArrayList<>(List.of("label"));
    List<Feature> features = new ArrayList<>();
    for (int i = 1; i <= 13; i++) {
      names.add("I" + i);
      features.add(
          new NumericFeature(
              "I" + i,
              "I" + i,
              List.of(new NumericEncoding.Log2Buckets(new Table("I" + i, 4, 2, 0))),
              Side.UNKNOWN));
    }
    for (int i = 1; i <= 26; i++) {
      names.add("C" + i);
      features.add(Configs.id("C" + i, 2));
    }
    Format format =
        new Format(
            Format.Type.CSV,
            Format.Compression.AUTO,
            Optional.of(false),
            names,
            Optional.of("\t"),
            "",
            "",
            List.of(""),
            Map.of("C1", "VARCHAR"));
    DataConfig data =
        Configs.with(
            Configs.data(Configs.files(folder.get().resolve("train.txt"))),
            Map.of(),
            Map.of(),
            format,
            new Rejects(0, 0));
    PreparedData prepared =
        new Ingest(cache, Configs.LIMITS, Progress.SILENT)
            .prepare(data, Configs.schema(features, Task.binary("click", "label")));
    assertThat(prepared.train().rows()).isEqualTo(1999);
    assertThat(prepared.rejected()).isZero();
  }

  @Test
  void csvFilesOfOtherContests() {
    Optional<Path> folder = Configs.realData("samples");
    assumeTrue(folder.isPresent(), "samples are not there: set TANDEM_DATA");
    for (String file : List.of("aliexpress/train.csv", "ali-ccp/ali_ccp_train_sample.csv")) {
      List<Column> columns =
          new Ingest(cache, Configs.LIMITS, Progress.SILENT)
              .columns(Configs.data(Configs.files(folder.get().resolve(file))));
      assertThat(columns).hasSizeGreaterThan(10).noneMatch(c -> c.name().startsWith("column"));
    }
  }
}
