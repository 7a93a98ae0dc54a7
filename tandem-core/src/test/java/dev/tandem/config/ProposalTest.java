package dev.tandem.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schema.Feature;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProposalTest {
  private static final List<ColumnProfile> LOG =
      List.of(
          profile("user_id", "BIGINT", 900, "1", "999", "5", "7"),
          profile("video id", "BIGINT", 800, "1", "888", "5", "7"),
          profile("ts", "BIGINT", 5000, "1650000000", "1660000000", "1650000000"),
          profile("duration_ms", "BIGINT", 700, "10", "90000", "1000"),
          profile("price", "DOUBLE", 300, "0.5", "99.5", "1.5"),
          profile("tags", "VARCHAR", 40, "1,2", "9", "1,2", "3,4,5", "7"),
          profile("cast", "VARCHAR[]", 40, "", "", "[a]"),
          profile("picture", "FLOAT[16]", 4000, "", "", "[0.5]"),
          profile("session", "VARCHAR", 9990, "aa", "zz", "qwe", "rty"),
          profile("constant", "VARCHAR", 1, "x", "x", "x"),
          profile("is_click", "TINYINT", 2, "0", "1", "0", "1"),
          profile("is_like", "TINYINT", 2, "0", "1", "0", "1"),
          profile("kind", "VARCHAR", 2, "long", "short \"x\"", "long", "it's short"),
          profile("stay", "DOUBLE", 5000, "0", "1e6", "1.5"));

  private static ColumnProfile profile(
      String name, String type, long distinct, String min, String max, String... samples) {
    return new ColumnProfile(
        new Column(name, type),
        10_000,
        distinct,
        0.01,
        Optional.of(min),
        Optional.of(max),
        List.of(samples));
  }

  private static Schema schemaOf(String yaml, List<ColumnProfile> profiles) {
    RunConfig run = Samples.read(yaml);
    return Resolver.resolve(run, profiles.stream().map(ColumnProfile::column).toList()).schema();
  }

  @Test
  void aProposalWorksAsItIs() {
    String yaml = Proposal.yaml(List.of("log/*.parquet"), LOG, List.of("is_click", "kind", "stay"));
    RunConfig run = Samples.read(yaml);
    Schema schema = schemaOf(yaml, LOG);

    assertThat(run.data().split()).containsInstanceOf(Split.Time.class);
    assertThat(run.group()).contains("user_id");
    assertThat(schema.taskNames()).containsExactly("is_click", "kind", "stay");
    assertThat(schema.task("kind").label()).isEqualTo("kind = 'it''s short'");
    assertThat(schema.features())
        .extracting(Feature::name)
        .containsExactly("user_id", "video id", "tags", "cast", "duration_ms", "price", "picture");
    assertThat(schema.features()).filteredOn(NumericFeature.class::isInstance).hasSize(2);
    assertThat(yaml)
        .contains("- ts  # a time")
        .contains("- is_like  # looks like an outcome")
        .contains("- constant  # the same everywhere")
        .contains("- session  # different in nearly every row");
  }

  @Test
  void rowIdsAndOutcomesAreLeftOutWithTheReason() {
    List<ColumnProfile> log =
        List.of(
            profile("user_id", "BIGINT", 900, "1", "999", "5"),
            profile("request_id", "BIGINT", 9_800, "17", "98237461", "17"),
            profile("row", "INTEGER", 10_000, "0", "9999", "0"),
            profile("uuid", "VARCHAR", 10_000, "0a", "ff", "0a"),
            profile("income_cents", "BIGINT", 9_700, "0", "98237461", "17"),
            profile("click", "TINYINT", 2, "0", "1", "0", "1"),
            profile("long_view", "TINYINT", 2, "0", "1", "0", "1"),
            profile("bought", "BOOLEAN", 2, "false", "true", "false"),
            profile("play_time_ms", "BIGINT", 4_000, "0", "90000", "0"),
            profile("comment_stay_time", "BIGINT", 4_000, "0", "90000", "0"),
            profile("is_new", "TINYINT", 2, "0", "1", "0", "1"),
            profile("view", "VARCHAR", 2, "grid", "list", "grid"),
            profile("duration_ms", "BIGINT", 700, "10", "90000", "1000"));
    String yaml = Proposal.yaml(List.of("log.parquet"), log, List.of("click"));

    assertThat(schemaOf(yaml, log).features())
        .extracting(Feature::name)
        .containsExactly("user_id", "is_new", "view", "income_cents", "duration_ms");
    assertThat(yaml)
        .contains("- request_id  # different in nearly every row: it names the row")
        .contains("- row  # different in nearly every row")
        .contains("- uuid  # different in nearly every row")
        .contains("- long_view  # looks like an outcome")
        .contains("- bought  # looks like an outcome")
        .contains("- play_time_ms  # looks like an outcome")
        .contains("- comment_stay_time  # looks like an outcome");
  }

  @Test
  void timesOfAHistoryAreNoIds() {
    List<ColumnProfile> log =
        List.of(
            profile("user_id", "BIGINT", 900, "1", "999", "5"),
            profile("watched", "BIGINT[]", 4_000, "", "", "[17, 4]"),
            profile("watched_at", "BIGINT[]", 4_000, "", "", "[1768666084772]"),
            profile("liked", "TIMESTAMP[]", 4_000, "", "", "[2026-01-01 00:00:00]"),
            profile("formats", "BIGINT[]", 40, "", "", "[3]"),
            profile("click", "TINYINT", 2, "0", "1", "0", "1"));
    String yaml = Proposal.yaml(List.of("log.parquet"), log, List.of("click"));

    assertThat(schemaOf(yaml, log).features())
        .extracting(Feature::name)
        .containsExactly("user_id", "watched", "formats");
    assertThat(yaml)
        .contains("watched: {}  # a history, step by step? It belongs in sequences then")
        .contains("- watched_at  # times, of a history's steps it seems")
        .contains("- liked  # times, of a history's steps it seems");
  }

  @Test
  void withoutTimesTheSplitIsRandomAndWithoutIdsNumbersSuffice() {
    List<ColumnProfile> few =
        List.of(
            profile("price", "DOUBLE", 300, "0", "1", "0.5"),
            profile("buy", "BOOLEAN", 2, "false", "true", "false", "true"));
    String yaml = Proposal.yaml(List.of("a b.csv", "c\\d.csv"), few, List.of("buy"));

    assertThat(Samples.read(yaml).data().split()).containsInstanceOf(Split.Random.class);
    assertThat(Samples.read(yaml).data().rows().orElseThrow().files())
        .containsExactly("a b.csv", "c\\d.csv");
    assertThat(schemaOf(yaml, few).task("buy").label()).isEqualTo("\"buy\"");
  }

  @Test
  void labelsThatCannotBeLearntAreRefused() {
    List<ColumnProfile> columns = new ArrayList<>(LOG);

    assertThatThrownBy(() -> Proposal.yaml(List.of("a"), columns, List.of("is_clik", "constant")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--labels: no column is named is_clik; nearest: is_click")
        .hasMessageContaining("constant has 1 distinct value");
    assertThatThrownBy(() -> Proposal.yaml(List.of("a"), columns, List.of()))
        .hasMessageContaining("name at least one column to predict");
  }
}
