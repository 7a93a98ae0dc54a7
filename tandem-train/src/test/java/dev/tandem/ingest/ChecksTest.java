package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.config.ColumnProfile;
import dev.tandem.config.DataConfig;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {
  private static final String QUERY =
      "SELECT *, click AS copy, CASE WHEN click = 1 THEN 'yes' ELSE 'no' END AS said, 1 AS same,"
          + " click * 100 + hash(id) % 90000 / 1000.0 AS late, hash(id, 5) % 100 AS noise FROM ("
          + DuckFiles.SHOP
          + ")";

  @TempDir private Path directory;

  private List<Finding> check(Schema schema, String query, Optional<String> test) {
    Path train = DuckFiles.write(directory.resolve("train.parquet"), query, "FORMAT parquet");
    DataConfig data =
        Configs.data(
            Configs.files(train),
            Optional.empty(),
            test.map(
                q ->
                    Configs.files(
                        DuckFiles.write(directory.resolve("test.parquet"), q, "FORMAT parquet"))));
    return new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT)
        .check(data, schema);
  }

  @Test
  void findsLeaksAndConstants() {
    Schema schema =
        Configs.schema(
            List.of(
                Configs.id("copy", 1),
                Configs.id("said", 1),
                Configs.id("same", 1),
                Configs.number("late"),
                Configs.id("noise", 1),
                Configs.id("user", 1)),
            Task.binary("click", "click"));
    List<Finding> findings = check(schema, QUERY, Optional.empty());
    assertThat(findings)
        .filteredOn(f -> f.severity() == Finding.Severity.ERROR)
        .extracting(Finding::subject)
        .containsExactlyInAnyOrder("copy", "said", "late");
    assertThat(findings)
        .filteredOn(f -> f.severity() == Finding.Severity.WARNING)
        .extracting(Finding::subject)
        .containsExactly("same");
    assertThat(findings)
        .filteredOn(f -> f.subject().equals("late"))
        .first()
        .extracting(Finding::message)
        .asString()
        .contains("AUC 1.0000");
  }

  @Test
  void findsRowsInTwoPartsAndPositivesOutsideTheSampleSpace() {
    Schema schema =
        new Schema(
            List.of(Configs.id("noise", 1), Configs.id("id", 1)),
            List.of(
                Task.binary("click", "click"),
                new Task("odd", TaskKind.BINARY, "id % 2", Optional.of("click"), 1, 1, 1)),
            Optional.empty(),
            Optional.empty());
    List<Finding> findings =
        check(
            schema,
            QUERY,
            Optional.of(
                "SELECT * FROM ("
                    + QUERY
                    + ") WHERE id < 200 UNION ALL SELECT * REPLACE (id + 5000 AS id) FROM ("
                    + QUERY
                    + ") WHERE id < 200"));
    assertThat(findings)
        .filteredOn(f -> f.subject().equals("test"))
        .first()
        .extracting(Finding::message)
        .asString()
        .contains("200 of 400 rows (50.00 %)");
    assertThat(findings)
        .filteredOn(f -> f.subject().equals("odd") && f.severity() == Finding.Severity.ERROR)
        .hasSize(1);
  }

  @Test
  void profilesColumns() {
    Path file = DuckFiles.write(directory.resolve("log.parquet"), DuckFiles.SHOP, "FORMAT parquet");
    List<ColumnProfile> profiles =
        new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT)
            .profile(Configs.data(Configs.files(file)));
    assertThat(profiles)
        .extracting(ColumnProfile::name)
        .containsExactly("id", "user", "city", "price", "tags", "day", "click", "buy");
    ColumnProfile user = profiles.get(1);
    assertThat(user.distinct()).isEqualTo(500);
    assertThat(user.min()).contains("0");
    assertThat(user.max()).contains("499");
    assertThat(profiles.get(4).nullShare()).isEqualTo(0.2);
    assertThat(profiles.get(6).samples()).containsExactly("0", "1");
  }
}
