package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.config.DataConfig;
import dev.tandem.config.Split;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitsTest {
  @TempDir private Path directory;
  private Path file = Path.of("unset");

  private static final Schema SCHEMA =
      Configs.schema(
          List.of(Configs.id("id", 1), Configs.id("user", 1)), Task.binary("click", "click"));

  @BeforeEach
  void write() {
    file =
        DuckFiles.write(
            directory.resolve("log.parquet"), DuckFiles.SHOP, "FORMAT parquet, ROW_GROUP_SIZE 500");
  }

  private PreparedData prepare(DataConfig data) {
    return new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT)
        .prepare(data, SCHEMA);
  }

  private PreparedData prepare(Split split) {
    return prepare(Configs.split(Configs.files(file), split));
  }

  private static Batch all(PreparedData prepared, EncodedData data) {
    Batch batch = prepared.preprocessor().newBatch();
    int rows = (int) data.rows();
    data.read(LongStream.range(0, rows).toArray(), 0, rows, batch);
    return batch;
  }

  private static long rows(Optional<EncodedData> data) {
    return data.orElseThrow().rows();
  }

  @Test
  void atRandom() {
    PreparedData a = prepare(new Split.Random(0.1, 0.2, Optional.empty(), Optional.empty(), 1));
    assertThat(a.train().rows()).isEqualTo(1400);
    assertThat(rows(a.validation())).isEqualTo(200);
    assertThat(rows(a.test())).isEqualTo(400);
    PreparedData b = prepare(new Split.Random(0.1, 0.2, Optional.empty(), Optional.empty(), 2));
    assertThat(b.train().rows()).isEqualTo(1400);
    assertThat(a.directory().resolve("test/rows.arrow").toFile()).isFile();
    assertThat(b.fingerprint()).isNotEqualTo(a.fingerprint());
  }

  @Test
  void everyRowIsInExactlyOnePart() {
    DataConfig data =
        Configs.data(
            Configs.files(file),
            Optional.of(Configs.from("test", 0.5, Optional.empty(), Optional.empty(), 3)),
            Optional.of(Configs.from("train", 0.3, Optional.empty(), Optional.empty(), 4)));
    PreparedData prepared = prepare(data);
    assertThat(prepared.train().rows()).isEqualTo(1400);
    assertThat(rows(prepared.validation())).isEqualTo(300);
    assertThat(rows(prepared.test())).isEqualTo(300);
    // Ids of the training part are known to it; each other row has an id of its own and is unknown.
    assertThat(prepared.summary("validation").unseen()).containsEntry("id", 300L);
    assertThat(prepared.summary("test").unseen()).containsEntry("id", 300L);
    assertThat(prepared.summary("train").unseen()).doesNotContainKey("id");
  }

  @Test
  void groupsStayTogether() {
    PreparedData prepared =
        prepare(new Split.Random(0.2, 0.2, Optional.of("user"), Optional.empty(), 1));
    assertThat(prepared.summary("validation").unseen().get("user"))
        .isEqualTo(rows(prepared.validation()));
    assertThat(prepared.summary("test").unseen().get("user")).isEqualTo(rows(prepared.test()));
    Batch train = all(prepared, prepared.train());
    Set<Integer> users = new HashSet<>();
    for (int r = 0; r < train.rows(); r++) {
      users.add(train.ids(1)[r]);
    }
    assertThat(users).hasSize(300);
  }

  @Test
  void strataKeepTheirShares() {
    PreparedData prepared =
        prepare(new Split.Random(0.1, 0.1, Optional.empty(), Optional.of("click"), 1));
    prepared
        .summaries()
        .values()
        .forEach(
            s ->
                assertThat((double) s.labels("click").positives() / s.rows())
                    .isCloseTo(667 / 2000.0, within(0.005)));
  }

  @Test
  void byTime() {
    PreparedData points =
        prepare(
            new Split.Time(
                "day",
                Optional.of("2024-01-16"),
                Optional.of("2024-01-19"),
                Optional.empty(),
                Optional.empty()));
    assertThat(points.train().rows()).isEqualTo(1500);
    assertThat(rows(points.validation())).isEqualTo(300);
    assertThat(rows(points.test())).isEqualTo(200);
    PreparedData shares =
        prepare(
            new Split.Time(
                "day", Optional.empty(), Optional.empty(), Optional.of(0.2), Optional.of(0.1)));
    assertThat(shares.train().rows()).isEqualTo(1400);
    assertThat(rows(shares.validation())).isEqualTo(400);
    assertThat(rows(shares.test())).isEqualTo(200);
  }

  @Test
  void byAColumn() {
    PreparedData prepared =
        prepare(
            new Split.Column("city", List.of(), List.of("city 1"), List.of("city 2", "city 3")));
    assertThat(rows(prepared.validation())).isEqualTo(55);
    assertThat(rows(prepared.test())).isEqualTo(108);
    assertThat(prepared.train().rows()).isEqualTo(2000 - 55 - 108);
  }
}
