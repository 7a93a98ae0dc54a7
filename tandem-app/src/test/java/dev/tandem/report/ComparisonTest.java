package dev.tandem.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.feature.Batch;
import dev.tandem.feature.DataException;
import dev.tandem.feature.LabelState;
import dev.tandem.metric.Bootstrap;
import dev.tandem.metric.DeLong;
import dev.tandem.metric.Metrics;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final int ROWS = 2000;
  private static final List<Task> TASKS =
      List.of(Task.binary("click", "c"), Task.binary("buy", "b"));

  @TempDir private Path directory;

  /** A model that sees the truth through noise; every third buy label is missing. */
  private static ScoredRows scored(String name, double clickNoise, double buyNoise) {
    ScoredRows scored = new ScoredRows(name, TASKS, List.of(), Map.of());
    Random truth = new Random(1);
    Random noise = new Random(name.hashCode());
    InputLayout layout = new InputLayout(List.of(), List.of(), List.of(), List.of());
    for (int from = 0; from < ROWS; from += 500) {
      Batch batch = new Batch(layout, 2);
      batch.resize(500);
      float[][] p = new float[2][500];
      for (int r = 0; r < 500; r++) {
        batch.groups()[r] = (from + r) / 4;
        batch.weights()[r] = 1;
        for (int k = 0; k < 2; k++) {
          double logit = truth.nextGaussian() * 1.5;
          boolean missing = k == 1 && (from + r) % 3 == 0;
          batch.states()[r * 2 + k] = (missing ? LabelState.MISSING : LabelState.OBSERVED).code();
          boolean positive = truth.nextDouble() < 1 / (1 + Math.exp(-logit));
          batch.labels()[r * 2 + k] = positive && !missing ? 1 : 0;
          double seen = logit + (k == 0 ? clickNoise : buyNoise) * noise.nextGaussian();
          p[k][r] = (float) (1 / (1 + Math.exp(-seen)));
        }
      }
      scored.add(batch, p);
    }
    return scored;
  }

  private static Comparison compare() {
    List<String> segments =
        IntStream.range(0, ROWS).mapToObj(r -> r % 5 == 0 ? "web" : "app").toList();
    return new Comparing("test.parquet", new Bootstrap(100, 0.95, 3), "device", segments)
        .compare(List.of(scored("base", 1.5, 0.1), scored("other", 0.1, 1.5)));
  }

  @Test
  void gainsArePairedBootstrapAndDeLong() {
    ScoredRows base = scored("base", 1.5, 0.1);
    ScoredRows other = scored("other", 0.1, 1.5);
    Comparison.Difference auc = compare().tasks().get(0).differences().get(0);
    Bootstrap.Comparison expected =
        new Bootstrap(100, 0.95, 3)
            .compare(Metrics.all().get("auc"), other.judged(0), base.judged(0));

    assertThat(auc.metric()).isEqualTo("auc");
    assertThat(auc.gain()).isEqualTo(expected.difference());
    assertThat(List.of(auc.low(), auc.high()))
        .containsExactly(expected.interval().low(), expected.interval().high());
    assertThat(auc.deLongP()).isEqualTo(DeLong.compare(other.judged(0), base.judged(0)).pValue());
  }

  @Test
  void lowerLogLossIsAGain() {
    Comparison comparison = compare();

    for (Comparison.TaskResult task : comparison.tasks()) {
      boolean better = task.task().equals("click");
      assertThat(task.differences())
          .allSatisfy(d -> assertThat(d.gain() > 0).as(d.metric()).isEqualTo(better))
          .allSatisfy(d -> assertThat(d.gain()).isBetween(d.low(), d.high()))
          .allSatisfy(d -> assertThat(d.adjusted()).isGreaterThanOrEqualTo(d.pValue()));
    }
    assertThat(comparison.words().get(0)).contains("better at click").contains("worse at buy");
  }

  @Test
  void theSeesawSaysWhoPays() {
    Seesaw seesaw = compare().seesaw("other");

    assertThat(seesaw.words().get(0)).isEqualTo("Seesaw: buy pays for the gain of click.");
    assertThat(seesaw.gains()).extracting(Seesaw.Gain::task).containsExactly("click", "buy");
  }

  @Test
  void missingLabelsDoNotCountAndSegmentsAddUp() {
    Comparison.TaskResult buy = compare().tasks().get(1);

    assertThat(buy.rows()).isEqualTo(ROWS - (ROWS + 2) / 3);
    assertThat(buy.segments())
        .extracting(Comparison.Segment::segment)
        .containsExactly("app", "web");
    assertThat(buy.segments().stream().mapToLong(Comparison.Segment::rows).sum())
        .isEqualTo(buy.rows());
  }

  @Test
  void disagreementsAreTheLargestInOrder() {
    ScoredRows base = scored("base", 1.5, 0.1);
    ScoredRows other = scored("other", 0.1, 1.5);
    double[] spreads =
        IntStream.range(0, ROWS)
            .mapToDouble(r -> Math.abs(base.prediction(0, r, 0) - other.prediction(0, r, 0)))
            .toArray();
    Comparison.TaskResult click = compare().tasks().get(0);

    assertThat(click.disagreement())
        .isCloseTo(
            IntStream.range(0, ROWS).mapToDouble(r -> spreads[r]).average().orElseThrow(),
            within(1e-12));
    assertThat(click.disagreements().stream().map(d -> spreads[(int) d.row()]).toList())
        .containsExactlyElementsOf(
            IntStream.range(0, ROWS)
                .mapToObj(r -> spreads[r])
                .sorted((a, b) -> Double.compare(b, a))
                .limit(10)
                .toList());
  }

  @Test
  void modelsWithoutACommonTaskCannotBeCompared() {
    ScoredRows other =
        new ScoredRows("other", List.of(Task.binary("like", "l")), List.of(), Map.of());

    assertThatThrownBy(() -> Comparison.of("x", List.of(scored("base", 1, 1), other)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("base has [click, buy], other has [like]");
  }

  @Test
  void jsonIsOneObjectWithoutNaN() throws Exception {
    JsonNode json = new ObjectMapper().readTree(compare().json());

    assertThat(json.at("/tasks/0/differences/0/metric").asText()).isEqualTo("auc");
    assertThat(json.at("/tasks/0/differences/1/deLongP").isNull()).isTrue();
  }

  @Test
  void theBrowserDrawsIt() throws Exception {
    Browser browser = Browser.orSkip(directory);
    Path page = Files.writeString(directory.resolve("compare.html"), compare().html());

    Browser.Dom dom = browser.open(page);

    assertThat(dom.console()).isEmpty();
    assertThat(dom.root("data-errors")).isEmpty();
    assertThat(dom.charts()).hasSize(2 + 2).allMatch(marks -> marks > 0);
  }
}
