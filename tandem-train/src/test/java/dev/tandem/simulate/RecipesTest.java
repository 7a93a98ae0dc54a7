package dev.tandem.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schema.SchemaException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipesTest {
  @TempDir Path dir;

  @Test
  void relatedRegressionHasTheWorkedValuesS1() {
    RelatedRegression.Law law =
        new RelatedRegression.Law(
            new double[] {1, 0},
            new double[] {0, 1},
            new double[] {1, 2},
            new double[] {0, 0.5},
            0.6,
            1);
    assertThat(law.mean(0, new double[] {1, -1})).isCloseTo(2.4399431289, within(1e-10));
    assertThat(law.mean(1, new double[] {1, -1})).isCloseTo(-0.2988359141, within(1e-10));
  }

  @Test
  void weightVectorsHaveTheCosineAskedFor() {
    RelatedRegression.Law law = new RelatedRegression(1000, 3, 50, 0.5, 10, 2).law();
    double dot = 0;
    double norm = 0;
    for (int i = 0; i < 50; i++) {
      dot += law.u1[i] * law.u2[i];
      norm += law.u2[i] * law.u2[i];
    }
    assertThat(dot).isCloseTo(0, within(1e-12));
    assertThat(norm).isCloseTo(1, within(1e-12));
  }

  @Test
  void labelsGrowTogetherWithRelatedness() throws SQLException {
    double[] correlation = new double[2];
    double[] rho = {0.2, 0.95};
    for (int i = 0; i < 2; i++) {
      Path out = dir.resolve("r" + i);
      new RelatedRegression(5_000, 1, 20, rho[i], 10, 1).write(out, n -> {});
      correlation[i] = number("SELECT corr(y1, y2) FROM '%s/train.parquet'".formatted(out));
      assertThat(number("SELECT count(*) FROM '%s/*.parquet'".formatted(out))).isEqualTo(5_000);
    }
    assertThat(correlation[1]).isGreaterThan(correlation[0] + 0.3);
  }

  @Test
  void fieldPairsLabelTheirConfidences() throws SQLException {
    FieldPairs byIndicator =
        new FieldPairs(
            20_000, 2, List.of(50, 20, 10), List.of(Confidence.LOGEXP, Confidence.SINCOS), 0);
    byIndicator.write(dir.resolve("hard"), n -> {});
    String hard = dir.resolve("hard") + "/*.parquet";
    assertThat(
            number(
                "SELECT count(*) FROM '%s' WHERE (c1 > 0) <> (task1 = 1) OR task1 <> task2"
                    .formatted(hard)))
        .isZero();
    assertThat(
            number(
                "SELECT avg((c3 > 0 AND task3 = 1 OR c3 <= 0 AND task3 = 0)::INT) FROM '%s'"
                    .formatted(hard)))
        .isEqualTo(1);
    assertThat(number("SELECT avg(c1) FROM '%s'".formatted(hard))).isCloseTo(0, within(0.05));
    assertThat(number("SELECT stddev(c1) FROM '%s'".formatted(hard))).isCloseTo(1, within(0.05));

    FieldPairs.of(20_000, 2).write(dir.resolve("soft"), n -> {});
    String calibrated =
        "SELECT max(abs(y - p)) FROM (SELECT avg(1 / (1 + exp(-2 * c1))) p, avg(task1) y FROM"
            + " (SELECT *, ntile(5) OVER (ORDER BY c1) b FROM '%s') GROUP BY b)";
    assertThat(number(calibrated.formatted(dir.resolve("soft") + "/*.parquet"))).isLessThan(0.04);
  }

  @Test
  void oneFieldHasNoPairs() {
    assertThatThrownBy(() -> new FieldPairs(1000, 1, List.of(5), List.of(), 1))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("found 1 fields, needed at least 2");
  }

  @Test
  void everyPresetIsAPlatform() {
    for (Preset preset : Preset.values()) {
      assertThat(preset.of(10_000, 3).rows()).isEqualTo(10_000);
      assertThat(preset.of(10_000, 3).seed()).isEqualTo(3);
      assertThat(preset.purpose()).isNotBlank();
    }
  }

  private static double number(String sql) throws SQLException {
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = db.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getDouble(1);
    }
  }
}
