package dev.tandem.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.config.ConfigException;
import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorTest {
  @TempDir Path dir;

  @Test
  void theFilesDoNotDependOnTheThreads() throws IOException, SQLException {
    Simulation s =
        Simulation.of(50_000, 7)
            .with("histories=columns")
            .with("confounding=0.7")
            .with("missing=0.1");
    Simulator.write(s, dir.resolve("one"), 1, n -> {});
    Simulator.write(s, dir.resolve("three"), 3, n -> {});
    for (String file :
        List.of("train", "validation", "test", "truth/train", "truth/validation", "truth/test")) {
      Path a = dir.resolve("one/" + file + ".parquet");
      Path b = dir.resolve("three/" + file + ".parquet");
      assertThat(
              rows(
                  "SELECT count(*) FROM '%s' a POSITIONAL JOIN '%s' b WHERE a IS DISTINCT FROM b"
                      .formatted(a, b)))
          .as(file)
          .containsExactly("0");
    }
  }

  @Test
  void anotherSeedIsAnotherLog() throws SQLException {
    Simulator.write(Simulation.of(2_000, 1), dir.resolve("one"), 2, n -> {});
    Simulator.write(Simulation.of(2_000, 2), dir.resolve("two"), 2, n -> {});
    String same =
        "SELECT avg((a.item_id = b.item_id)::INT) FROM '%s' a JOIN '%s' b USING (row_id)"
            .formatted(dir.resolve("one/train.parquet"), dir.resolve("two/train.parquet"));
    assertThat(Double.parseDouble(rows(same).get(0))).isLessThan(0.1);
  }

  @Test
  void partsFollowEachOtherInTimeAndTruthFollowsTheRows() throws SQLException {
    Simulation s = Simulation.of(20_000, 3);
    AtomicLong last = new AtomicLong();
    SimulationReport report = Simulator.write(s, dir, 2, last::set);
    assertThat(last).hasValue(20_000);
    assertThat(report.trainRows()).isEqualTo(16_000);
    assertThat(report.validationRows()).isEqualTo(2_000);
    assertThat(report.testRows()).isEqualTo(2_000);
    assertThat(
            rows(
                "SELECT (SELECT max(time) FROM '%1$s/train.parquet') <= (SELECT min(time) FROM '%1$s/validation.parquet')"
                    + " AND (SELECT max(time) FROM '%1$s/validation.parquet') <= (SELECT min(time) FROM '%1$s/test.parquet')"))
        .containsExactly("true");
    for (String part : List.of("train", "validation", "test")) {
      assertThat(
              rows(
                  "SELECT count(*) FROM '%1$s/"
                      + part
                      + ".parquet' a POSITIONAL JOIN '%1$s/truth/"
                      + part
                      + ".parquet' t WHERE a.row_id IS DISTINCT FROM t.row_id"))
          .containsExactly("0");
    }
    assertThat(rows("SELECT row_id FROM '%1$s/test.parquet' LIMIT 2"))
        .containsExactly("18000", "18001");
    assertThat(
            rows(
                "SELECT count(DISTINCT hour) || ' ' || count(DISTINCT weekday) FROM '%1$s/train.parquet'"))
        .containsExactly("24 7");
    assertThat(
            rows("SELECT count(*) FROM '%1$s/train.parquet' WHERE hour <> extract(hour FROM time)"))
        .containsExactly("0");
  }

  @Test
  void behavioursHappenAtTheirRatesWithinTheirParents() throws SQLException {
    Simulation s = Simulation.of(200_000, 5).with("confounding=0.8");
    Simulator.write(s, dir, 2, n -> {});
    for (Behaviour b : Behaviour.values()) {
      String of = b.parent().map(p -> " WHERE \"" + p.column() + "\" = 1").orElse("");
      double rate = number("SELECT avg(\"" + b.column() + "\") FROM '%1$s/*.parquet'" + of);
      assertThat(rate).as(b.column()).isCloseTo(s.rates().get(b.index()), within(0.03));
      b.parent()
          .ifPresent(
              p ->
                  assertThat(
                          number(
                              "SELECT count(*) FROM '%1$s/*.parquet' WHERE \""
                                  + b.column()
                                  + "\" > \""
                                  + p.column()
                                  + "\""))
                      .isZero());
    }
  }

  @Test
  void sparsityDividesTheOdds() throws SQLException {
    Simulation s = Simulation.of(50_000, 5);
    assertThat(s.rate(Behaviour.CLICK)).isEqualTo(0.3);
    Simulation rare = s.with("sparsity=10", "conflict=0.25");
    assertThat(rare.rate(Behaviour.CLICK))
        .isCloseTo(0.3 / 0.7 / 10 / (1 + 0.3 / 0.7 / 10), within(1e-12));
    SimulationReport report = Simulator.write(rare, dir, 2, n -> {});
    assertThat(report.task("click").rate()).isCloseTo(rare.rate(Behaviour.CLICK), within(0.006));
  }

  @Test
  void trueProbabilitiesAreCalibrated() throws SQLException {
    Simulation s = Simulation.of(300_000, 11).with("confounding=1.0");
    Simulator.write(s, dir, 2, n -> {});
    for (Behaviour b : Behaviour.values()) {
      calibrated("p_" + b.column(), "a." + b.column(), "true");
      b.parent()
          .ifPresent(
              p -> {
                calibrated(
                    "p_" + b.column() + "_given_" + p.column(),
                    "a." + b.column(),
                    "a." + p.column() + " = 1");
                calibrated(
                    "p_" + b.column() + "_if_" + p.column(),
                    "t." + b.column() + "_if_" + p.column(),
                    "true");
              });
    }
    // Among clicked rows the mood is better than average, so the conditional exceeds the
    // intervened.
    assertThat(number("SELECT avg(p_buy_given_cart - p_buy_if_cart) FROM '%1$s/truth/*.parquet'"))
        .isGreaterThan(0.05);
  }

  /**
   * In each of twenty equal bins the mean label agrees with the mean probability within five
   * standard errors.
   */
  private void calibrated(String p, String label, String where) {
    String worst =
        "SELECT max(abs(y - p) / sqrt(v)) FROM (SELECT avg(p) p, avg(y) y, sum(p * (1 - p)) / count(*)^2 + 1e-9 v FROM"
            + " (SELECT ntile(20) OVER (ORDER BY t.%1$s) bin, t.%1$s::DOUBLE p, %2$s::DOUBLE y"
            + " FROM '%4$s/t*.parquet' a JOIN '%4$s/truth/t*.parquet' t USING (row_id) WHERE %3$s) GROUP BY bin)";
    try {
      double deviation = Double.parseDouble(rows(worst.formatted(p, label, where, dir)).get(0));
      assertThat(deviation).as(p).isLessThan(5);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void withoutConfoundingTheConditionalIsTheIntervened() throws SQLException {
    Simulator.write(Simulation.of(5_000, 2), dir, 1, n -> {});
    assertThat(
            number("SELECT max(abs(p_buy_given_cart - p_buy_if_cart)) FROM '%1$s/truth/*.parquet'"))
        .isLessThan(1e-6);
    assertThat(
            number(
                "SELECT max(abs(p_buy - p_click * p_cart_given_click * p_buy_given_cart)) FROM '%1$s/truth/*.parquet'"))
        .isLessThan(1e-6);
  }

  @Test
  void missingLabelsAreNull() throws SQLException {
    Simulator.write(Simulation.of(20_000, 2).with("missing=0.25"), dir, 2, n -> {});
    assertThat(number("SELECT avg((buy IS NULL)::INT) FROM '%1$s/train.parquet'"))
        .isCloseTo(0.25, within(0.02));
    assertThat(number("SELECT avg((click IS NULL)::INT) FROM '%1$s/train.parquet'"))
        .isCloseTo(0.25, within(0.02));
  }

  @Test
  void reportedAucIsThatOfTheTrueProbabilities() throws SQLException {
    SimulationReport report = Simulator.write(Simulation.of(20_000, 9), dir, 2, n -> {});
    String pairs =
        "WITH r AS (SELECT a.click::INT y, p_click p FROM '%1$s/test.parquet' a JOIN '%1$s/truth/test.parquet' t USING (row_id))"
            + " SELECT avg(CASE WHEN x.p > n.p THEN 1.0 WHEN x.p = n.p THEN 0.5 ELSE 0 END)"
            + " FROM (SELECT p FROM r WHERE y = 1) x, (SELECT p FROM r WHERE y = 0) n";
    Attainable click = report.task("click").test();
    assertThat(click.auc()).isCloseTo(number(pairs), within(1e-9));
    assertThat(click.rows()).isEqualTo(2_000);
    String loss =
        "SELECT avg(-ln(CASE WHEN a.click = 1 THEN p_click::DOUBLE ELSE 1 - p_click::DOUBLE END))"
            + " FROM '%1$s/test.parquet' a JOIN '%1$s/truth/test.parquet' t USING (row_id)";
    assertThat(click.logLoss()).isCloseTo(number(loss), within(1e-9));
    assertThat(report.task("buy").within().rows())
        .isEqualTo((long) number("SELECT sum(cart) FROM '%1$s/test.parquet'"));
    assertThat(click.auc()).isBetween(0.7, 0.95);
  }

  @Test
  void historiesAreStrictlyEarlierMostRecentFirstAndAgreeWithTheEventLog() throws SQLException {
    Simulation s = Simulation.of(20_000, 4);
    Simulator.write(s.with("histories=columns"), dir.resolve("columns"), 2, n -> {});
    Simulator.write(s.with("histories=events"), dir.resolve("events"), 2, n -> {});
    String rows = dir.resolve("columns/test.parquet").toString();
    for (String type : History.TYPES) {
      assertThat(
              rows(
                  "SELECT count(*) FROM '"
                      + rows
                      + "' WHERE len(list_filter("
                      + type
                      + "_at, lambda t: t >= epoch_ms(time))) > 0 OR "
                      + type
                      + "_at <> list_reverse_sort("
                      + type
                      + "_at) OR len("
                      + type
                      + ") <> len("
                      + type
                      + "_at)"))
          .containsExactly("0");
      String joined =
          ("SELECT count(*) FROM (SELECT r.row_id, r.%2$s h, (SELECT list(item_id ORDER BY e.time DESC)[1:20] FROM '%1$s' e"
                  + " WHERE e.user_id = r.user_id AND e.behaviour = '%2$s' AND e.time < r.time) j FROM '%3$s' r)"
                  + " WHERE coalesce(j, []) IS DISTINCT FROM h")
              .formatted(dir.resolve("events/events.parquet"), type, rows);
      assertThat(rows(joined)).as(type).containsExactly("0");
    }
    assertThat(number("SELECT avg(len(watched)) FROM '" + rows + "'")).isBetween(15.0, 20.0);
    assertThat(number("SELECT avg((len(liked) = 0)::INT) FROM '" + rows + "'"))
        .isBetween(0.01, 0.15);
    assertThat(
            rows(
                "SELECT count(*) FROM '%s' a POSITIONAL JOIN '%s' b WHERE a.like IS DISTINCT FROM b.like"
                    .formatted(rows, dir.resolve("events/test.parquet"))))
        .containsExactly("0");
  }

  @Test
  void separatedHistoriesShowDifferentInterests() {
    World world = new World(Simulation.of(20_000, 4).with("histories=events"));
    History history = new History(world);
    double[][] mean = new double[3][2];
    int[] n = new int[3];
    for (int u = 0; u < 300; u++) {
      for (int type = 0; type < 3; type++) {
        history.all(
            u,
            type,
            Clock.START,
            (user, t, item, time) -> {
              mean[t][0] += world.interest(user, 0, item);
              mean[t][1] += world.interest(user, 1, item);
              n[t]++;
            });
      }
    }
    assertThat(mean[1][1] / n[1]).isGreaterThan(0.5).isGreaterThan(3 * Math.abs(mean[1][0] / n[1]));
    assertThat(mean[2][0] / n[2]).isGreaterThan(0.5).isGreaterThan(3 * Math.abs(mean[2][1] / n[2]));
    assertThat(mean[0][0] / n[0]).isCloseTo(mean[0][1] / n[0], within(0.2)).isGreaterThan(0.2);
  }

  @Test
  void purchasesTurnAgainstTheOthersWithConflict() {
    double[] same = correlation(Simulation.of(20_000, 4).with("relatedness=0.9", "conflict=0"));
    double[] opposite = correlation(Simulation.of(20_000, 4).with("relatedness=0.9", "conflict=1"));
    assertThat(same[0]).isGreaterThan(0.6);
    assertThat(opposite[0]).isLessThan(-0.4);
  }

  /** Correlation over items of the effects on click and on cart. */
  private static double[] correlation(Simulation s) {
    World w = new World(s);
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < w.items; i++) {
      double x = w.itemEffect[i * World.STAGES];
      double y = w.itemEffect[i * World.STAGES + Behaviour.CART.index()];
      xy += x * y;
      xx += x * x;
      yy += y * y;
    }
    return new double[] {xy / Math.sqrt(xx * yy)};
  }

  @Test
  void sayWhatIsWrongWithAnOption() {
    assertThatThrownBy(() -> Simulation.of(10, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("(rows): expected a whole number from 1000 to 2000000000, found 10");
    assertThatThrownBy(() -> Simulation.of(1000, 1).with("sparsty=2", "noise=-1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sparsity")
        .hasMessageContaining("noise");
    assertThatThrownBy(() -> Simulation.of(1000, 1).with("rates=[0.3, 0.2]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rates: found 2 values, needed 6");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsAnErrorOfOneMessage() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> Simulator.write(Simulation.of(1000, 1), file, 1, n -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot make the directory");
    Files.createDirectories(dir.resolve("out/.train.parquet.partial/x"));
    assertThatThrownBy(
            () -> Simulator.write(Simulation.of(1000, 1), dir.resolve("out"), 1, n -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train.parquet");
    assertThat(dir.resolve("out/train.parquet")).doesNotExist();
  }

  private double number(String sql) {
    try {
      return Double.parseDouble(rows(sql).get(0));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> rows(String sql) throws SQLException {
    List<String> all = new ArrayList<>();
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = db.createStatement();
        ResultSet result = statement.executeQuery(sql.replace("%1$s", dir.toString()))) {
      while (result.next()) {
        all.add(result.getString(1));
      }
    }
    return all;
  }
}
