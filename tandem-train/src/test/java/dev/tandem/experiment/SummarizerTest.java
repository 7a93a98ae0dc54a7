package dev.tandem.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.metric.PairedTTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void aWinnerOfOneOfManyTestsHasToPassTheCorrectionForAllOfThem(@TempDir Path directory)
      throws IOException {
    // p = 0.0402 in either task; two tests are made, so Holm's p is 0.0803.
    double[] lucky = {0.802, 0.82, 0.817, 0.836, 0.798};
    assertThat(PairedTTest.of(lucky, BASE).pValue()).isBetween(0.04, 0.041);
    RunLog log = RunLog.open(directory.resolve("runs.jsonl"));
    for (int s = 0; s < 5; s++) {
      for (String model : List.of("single", "lucky")) {
        double auc = model.equals("single") ? BASE[s] : lucky[s];
        Map<String, Double> values = Map.of("n", 10.0, "auc", auc);
        log.append(Runs.run(model, s + 1, Map.of("buy", values, "like", values)));
      }
    }
    Runs.plan(List.of("single", "lucky"), 5).write(directory);
    Summary summary = Summarizer.write(directory);
    assertThat(table(summary, "shop: auc against single").rows())
        .allSatisfy(row -> assertThat(row).endsWith("0.0402", "0.0803", "–"));
    assertThat(table(summary, "shop: metrics").notes())
        .contains(
            "buy auc: no winner; lucky has the best mean, which the paired test does not tell from"
                + " single.",
            "like auc: no winner; lucky has the best mean, which the paired test does not tell from"
                + " single.")
        .last()
        .asString()
        .contains("Holm's correction over all models and tasks");
  }

  @Test
  void aWinnerNeverContradictsTheTableAgainstTheBaseline() {
    // Against the leader p is 0.044 for the baseline and 0.0004 for the second: both pass. In the
    // table against the baseline the second is not better, so that the leader's Holm p is 0.088.
    double[] lead = {0.803, 0.826, 0.818, 0.83, 0.793};
    double[] second = {0.801, 0.824, 0.816, 0.828, 0.79};
    List<RunRecord> records = new ArrayList<>();
    for (int s = 0; s < 5; s++) {
      records.add(Runs.run("single", s + 1, BASE[s], 0.3));
      records.add(Runs.run("lead", s + 1, lead[s], 0.3));
      records.add(Runs.run("second", s + 1, second[s], 0.3));
    }
    Plan plan = Runs.plan(List.of("single", "lead", "second"), 5);
    Results results = new Results(plan, records, "shop");
    assertThat(Comparison.against("lead", plan.models(), results, "auc", 0.05))
        .allSatisfy(c -> assertThat(c.verdict(0.05)).isEqualTo("worse"));
    Summary summary = Summarizer.of(plan, records);
    assertThat(table(summary, "shop: auc against single").rows().get(0))
        .startsWith("lead", "buy")
        .endsWith("–");
    assertThat(table(summary, "shop: metrics").notes())
        .contains(
            "buy auc: no winner; lead has the best mean, which the paired test does not tell from"
                + " single.");
  }

  @Test
  void differencesThatRoundToZeroHaveNoSign() {
    List<RunRecord> records = new ArrayList<>();
    for (int s = 0; s < 5; s++) {
      records.add(Runs.run("single", s + 1, BASE[s], 0.3));
      records.add(Runs.run("same", s + 1, BASE[s] - 1e-6 * (s + 1), 0.3));
    }
    Summary summary = Summarizer.of(Runs.plan(List.of("single", "same"), 5), records);
    assertThat(table(summary, "shop: auc against single").rows().get(0))
        .contains("0.00000", "[0.00000, 0.00000]");
    assertThat(summary.markdown()).doesNotContain("-0.00000").doesNotContain("+0.00000");
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
  void dataWithoutARunHaveNoTables() {
    Summary summary = Summarizer.of(PLAN, List.of());
    assertThat(summary.tables()).hasSize(1);
    assertThat(summary.markdown())
        .contains("## shop\n\n* None of its 15 runs is finished.")
        .doesNotContain("|");
    assertThat(summary.html()).doesNotContain("<table>");
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
