package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.config.Column;
import dev.tandem.config.DataConfig;
import dev.tandem.feature.Batch;
import dev.tandem.feature.LabelState;
import dev.tandem.schema.Feature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CensusTest {
  private static final List<String> NUMBERS =
      List.of(
          "age",
          "wage_per_hour",
          "capital_gains",
          "capital_losses",
          "dividends",
          "num_persons_worked_for",
          "weeks_worked");

  @Test
  void preparesCensusIncomeAndReusesIt(@TempDir Path cache) {
    Optional<Path> census = Configs.realData("census-income");
    assumeTrue(census.isPresent(), "census-income is not there: set TANDEM_DATA");
    DataConfig data =
        Configs.data(
            Configs.files(census.get().resolve("train.parquet")),
            Optional.of(Configs.from("test", 0.5, Optional.of("income"), Optional.empty(), 2022)),
            Optional.of(Configs.files(census.get().resolve("test.parquet"))));
    Ingest ingest = new Ingest(cache, Configs.LIMITS, Progress.SILENT);
    List<Feature> features = new ArrayList<>();
    NUMBERS.forEach(n -> features.add(Configs.number(n)));
    ingest.columns(data).stream()
        .map(Column::name)
        .filter(
            c ->
                !NUMBERS.contains(c)
                    && !List.of("instance_weight", "income", "marital_status").contains(c))
        .forEach(c -> features.add(Configs.id(c, 2)));
    Schema schema =
        Configs.schema(
            features,
            Task.binary("income", "income = '50000+.'"),
            Task.binary("never_married", "marital_status = 'Never married'"));

    PreparedData prepared = ingest.prepare(data, schema);

    assertThat(prepared.train().rows()).isEqualTo(199_523);
    assertThat(prepared.validation().orElseThrow().rows() + prepared.test().orElseThrow().rows())
        .isEqualTo(99_762);
    assertThat(prepared.summary("train").labels("income").positives()).isEqualTo(12_382);
    assertThat(prepared.summary("validation").labels("income").positives()).isEqualTo(3_093);
    assertThat(prepared.summary("test").labels("income").positives()).isEqualTo(3_093);
    assertThat(prepared.layout().fields()).hasSize(32 + 7);
    assertThat(prepared.rejected()).isZero();

    Batch batch = prepared.preprocessor().newBatch();
    prepared.train().read(LongStream.range(0, 199_523).toArray(), 0, 199_523, batch);
    double positives = 0;
    double age = 0;
    for (int r = 0; r < batch.rows(); r++) {
      positives += batch.labels()[2 * r];
      age += batch.numbers()[7 * r];
      assertThat(batch.states()[2 * r]).isEqualTo(LabelState.OBSERVED.code());
    }
    assertThat(positives).isEqualTo(12_382);
    assertThat(age / batch.rows()).isBetween(-1e-4, 1e-4);

    PreparedData again = ingest.prepare(data, schema);
    assertThat(again.reused()).isTrue();
    assertThat(again.summaries()).isEqualTo(prepared.summaries());
  }
}
