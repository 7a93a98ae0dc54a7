package dev.tandem.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AliExpressTest {
  @TempDir Path dir;

  @Test
  void readsTheJoinedSample() {
    ImportReport report =
        new AliExpress().read(Samples.of("aliexpress"), dir, ImportOptions.standard(), n -> {});
    assertThat(report.malformed()).isZero();
    assertThat(report.rows("train", "validation")).isEqualTo(100);
    assertThat(report.rows()).containsEntry("test", 100L);
    assertThat(
            Parquet.read(
                dir,
                "SELECT count(*) FROM '%s/*.parquet' WHERE search_id = 363 AND categorical_1 = 7 AND abs(numerical_9 - 0.30515) < 1e-6"))
        .isNotEqualTo(java.util.List.of("0"));
  }

  /** Column i of a row holds i, so that the renaming can be seen. */
  private static String row(int key, int columns, int last) {
    return key
        + ","
        + IntStream.range(2, columns).mapToObj(String::valueOf).collect(Collectors.joining(","))
        + ","
        + last;
  }

  @Test
  void joinsAndNamesThePublishedColumns() throws IOException {
    for (String side : new String[] {"train", "test"}) {
      Files.writeString(
          dir.resolve("nl_user_" + side + ".csv"), row(1, 33, 33) + "\n" + row(2, 33, 33) + "\n");
      Files.writeString(
          dir.resolve("nl_item_" + side + ".csv"),
          row(1, 49, 0)
              + "\n"
              + row(2, 49, 1)
              + "\n"
              + row(1, 49, 2)
              + "\n"
              + row(9, 49, 0)
              + "\n"
              + row(2, 49, 5)
              + "\n");
    }
    ImportReport report =
        new AliExpress().read(dir, dir.resolve("out"), ImportOptions.standard(), n -> {});
    assertThat(report.malformed()).isEqualTo(2);
    assertThat(report.counts().get("items without their search's user, left out")).isEqualTo(2);
    assertThat(
            Parquet.read(
                dir, "SELECT search_id || ' ' || click || conversion FROM '%s/out/test.parquet'"))
        .containsExactly("1 00", "2 10", "1 11");
    assertThat(
            Parquet.read(
                dir,
                "SELECT DISTINCT concat_ws(' ', categorical_1, categorical_7, categorical_8, categorical_9, categorical_10, categorical_16,"
                    + " numerical_1, numerical_23, numerical_24, numerical_40, numerical_41, numerical_63) FROM '%s/out/test.parquet'"))
        .containsExactly("2 8 32 33 19 42 9.0 31.0 2.0 18.0 20.0 48.0");
    assertThat(Files.readString(dir.resolve("out/rejects.tsv")))
        .contains("label: found '5', allowed 0, 1 and 2");
  }

  @Test
  void twoCountriesInOneDirectoryAreRefused() throws IOException {
    Files.writeString(dir.resolve("nl_user_train.csv"), "");
    Files.writeString(dir.resolve("us_user_train.csv"), "");
    assertThatThrownBy(
            () -> new AliExpress().read(dir, dir.resolve("out"), ImportOptions.standard(), n -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("several countries [nl, us]");
  }
}
