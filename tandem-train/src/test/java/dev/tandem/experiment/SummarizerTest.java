package dev.tandem.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.metric.PairedTTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummarizerTest {
  private static final double[] BASE = {0.80, 0.82, 0.81, 0.83, 0.79};
  private static final double[] UP = {0.812, 0.831, 0.820, 0.842, 0.801};
  private static final double[] NOISY = {0.83, 0.79, 0.84, 0.80, 0.82};

  private static List<RunRecord> records() {
    List<RunRecord> records = new ArrayList<>();
    for (int s = 0; s < 5; s++) {
      records.add(Runs.run("single", s + 1, BASE[s], 0.30));
      records.add(Runs.run("up", s + 1, UP[s], 0.30 - 0.01 * (s % 2) - 0.02));
      records.add(Runs.run("noisy", s + 1, NOISY[s], 0.31));
    }
    return records;
  }

  private static final Plan PLAN = Runs.plan(List.of("single", "up", "noisy"), 5);

  private static Table table(Summary summary, String title) {
    return summary.tables().stream().filter(t -> t.title().startsWith(title)).findFirst().get();
  }

  @Test
  void meansAndSampleDeviations() {
    Table table = table(Summarizer.of(PLAN, records()), "shop: metrics");
    assertThat(table.header()).containsExactly("model", "seeds", "buy auc", "buy logloss");
    // Deviations of .79 to .83 in steps of .01: squares 4+1+0+1+4 over 4, so sqrt(2.5) hundredths.
    assertThat(table.rows().get(0))
        .containsExactly("single", "5", "0.8100 ± 0.0158", "0.3000 ± 0.0000");
  }

  @Test
  void pairedTestsTellASteadyGainFromANoisyOne() {
    Results results = new Results(PLAN, records(), "shop");
    List<Comparison> tests =
        Comparison.against("single", results.models(), results, "auc", PLAN.alpha());
    assertThat(tests).extracting(Comparison::model).containsExactly("up", "noisy");
    Comparison up = tests.get(0);
    PairedTTest expected = PairedTTest.of(UP, BASE);
    assertThat(up.gain()).isCloseTo(0.0112, within(1e-12));
    assertThat(up.pValue()).isCloseTo(expected.pValue(), within(1e-12));
    assertThat(up.adjusted()).isCloseTo(2 * expected.pValue(), within(1e-12));
    assertThat(up.verdict(0.05)).isEqualTo("better");
    // The larger p-value of two is multiplied by one.
    assertThat(tests.get(1).adjusted()).isEqualTo(tests.get(1).pValue());
    assertThat(tests.get(1).verdict(0.05)).isEqualTo("–");
  }

  @Test
  void smallerLossIsAGain() {
    Results results = new Results(PLAN, records(), "shop");
    Comparison up =
        Comparison.against("single", results.models(), results, "logloss", PLAN.alpha()).get(0);
    assertThat(up.gain()).isCloseTo(0.024, within(1e-12));
  }

  @Test
  void aWinnerIsStatedOnlyWhereTheTestSaysSo() {
    List<String> notes = table(Summarizer.of(PLAN, records()), "shop: metrics").notes();
    assertThat(notes).anyMatch(n -> n.startsWith("buy auc: no winner; up has the best mean"));
    List<RunRecord> clear =
        records().stream().filter(r -> !r.key().model().equals("noisy")).toList();
    assertThat(table(Summarizer.of(PLAN, clear), "shop: metrics").notes())
        .anyMatch(n -> n.startsWith("buy auc: up wins"));
  }

  @Test
  void gainsOverSingleTasks() {
    Table table = table(Summarizer.of(PLAN, records()), "shop: gain over single");
    // 0.0112 of 0.81 and 0.024 of 0.3: (1.38272 % + 8 %) / 2.
    assertThat(table.rows().get(0)).containsExactly("up", "+0.01120", "+0.02400", "+4.691");
  }

  @Test
  void runsOfAnotherConfigurationDoNotCount() {
    List<RunRecord> records = new ArrayList<>(records());
    RunRecord old = Runs.run("up", 1, 0.1, 9);
    records.add(
        new RunRecord(
            new RunRecord.Key("shop", "up", 1, "old", "data"),
            old.cost(),
            old.validation(),
            old.test(),
            old.products(),
            old.scores(),
            old.tandem()));
    assertThat(Summarizer.of(PLAN, records)).isEqualTo(Summarizer.of(PLAN, records()));
  }

  @Test
  void unfinishedExperimentsSaySo() {
    List<RunRecord> one = List.of(Runs.run("up", 1, 0.8, 0.3));
    Table table = table(Summarizer.of(PLAN, one), "shop: metrics");
    assertThat(table.rows()).containsExactly(List.of("up", "1", "0.8000", "0.3000"));
    assertThat(table.notes()).contains("1 of 15 runs are finished.");
  }

  @Test
  void pagesEscapeNames() {
    Summary summary =
        new Summary(
            "a<b", List.of(new Table("t", List.of("x|y"), List.of(List.of("&")), List.of())));
    assertThat(summary.markdown()).contains("x\\|y");
    assertThat(summary.html()).contains("<h1>a&lt;b</h1>").contains("<td>&amp;</td>");
  }
}
