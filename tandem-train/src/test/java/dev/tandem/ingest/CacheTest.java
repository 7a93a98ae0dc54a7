package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.config.DataConfig;
import dev.tandem.feature.DataException;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
  @TempDir private Path directory;

  private static Schema schema(int minCount) {
    return Configs.schema(
        List.of(Configs.id("user", minCount), Configs.number("price")),
        Task.binary("click", "click"));
  }

  private Ingest ingest() {
    return new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT);
  }

  private DataConfig data(String query) {
    return Configs.data(
        Configs.files(DuckFiles.write(directory.resolve("log.parquet"), query, "FORMAT parquet")));
  }

  @Test
  void whatHasNotChangedIsReusedAndWhatHasIsNot() throws IOException {
    DataConfig data = data(DuckFiles.SHOP);
    PreparedData first = ingest().prepare(data, schema(1));
    PreparedData again = ingest().prepare(data, schema(1));
    assertThat(first.reused()).isFalse();
    assertThat(again.reused()).isTrue();
    assertThat(again.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(FormatsTest.text(again)).isEqualTo(FormatsTest.text(first));
    assertThat(ingest().prepare(data, schema(5)).reused()).isFalse();
    data(DuckFiles.SHOP.replace("range(2000)", "range(2001)"));
    PreparedData longer = ingest().prepare(data, schema(1));
    assertThat(longer.reused()).isFalse();
    assertThat(longer.train().rows()).isEqualTo(2001);
  }

  @Test
  void filesThatSqlNamesAreAmongWhatMayChange() {
    Path log = DuckFiles.write(directory.resolve("log.parquet"), DuckFiles.SHOP, "FORMAT parquet");
    String cities = "SELECT DISTINCT city, city AS name FROM (" + DuckFiles.SHOP + ")";
    DuckFiles.write(directory.resolve("cities-1.parquet"), cities, "FORMAT parquet");
    DataConfig data =
        Configs.data(
            Configs.sql(
                "SELECT * FROM read_parquet('%s') JOIN '%s/cities-*.parquet' USING (city)"
                    .formatted(log, directory)));
    PreparedData first = ingest().prepare(data, schema(1));
    assertThat(ingest().prepare(data, schema(1)).reused()).isTrue();
    DuckFiles.write(directory.resolve("cities-2.parquet"), cities + " LIMIT 1", "FORMAT parquet");
    PreparedData more = ingest().prepare(data, schema(1));
    assertThat(more.reused()).isFalse();
    assertThat(more.train().rows()).isGreaterThan(first.train().rows());
  }

  @Test
  void whatAKilledRunLeftIsRemoved() throws IOException {
    Path left = Files.createDirectories(directory.resolve("cache/.preparing-123/prepared/train"));
    Files.writeString(left.resolve("rows.arrow"), "ARROW1 half");
    ingest().prepare(data(DuckFiles.SHOP), schema(1));
    assertThat(directory.resolve("cache/.preparing-123")).doesNotExist();
  }

  @Test
  void damagedPreparedDataAreNamed() throws IOException {
    DataConfig data = data(DuckFiles.SHOP);
    Path file = ingest().prepare(data, schema(1)).directory().resolve("train/rows.arrow");
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(out.length() / 2);
    }
    assertThatThrownBy(() -> ingest().prepare(data, schema(1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("rows.arrow")
        .hasMessageContaining("prepare the data again");
  }

  @Test
  void progressHasRatesAndAnEnd() {
    List<Progress.State> states = new ArrayList<>();
    new Ingest(directory.resolve("cache"), Configs.LIMITS, states::add)
        .prepare(data(DuckFiles.SHOP), schema(1));
    assertThat(states)
        .extracting(Progress.State::phase)
        .contains("reading files", "numbers and labels", "encoding train");
    Progress.State last = states.get(states.size() - 1);
    assertThat(last.rows()).isEqualTo(2000);
    assertThat(last.rowsPerSecond()).isPositive();
    assertThat(last.secondsLeft().orElseThrow()).isZero();
  }
}
