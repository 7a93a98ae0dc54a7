package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configurations, columns and components that several tests speak about. */
final class Samples {
  static final String CENSUS =
      """
      data:
        train: ${data}/census-income/train.parquet
        test: ${data}/census-income/test.parquet
        validation: {from: test, fraction: 0.5, stratify: income, seed: 2022}
      features:
        numeric: [age, wage_per_hour, weeks_worked]
        ids: {columns: "*", except: [instance_weight], dim: 8, min_count: 2}
      tasks:
        income: {label: "income = '50000+.'"}
        never_married: {label: "marital_status = 'Never married'"}
      model:
        body: {type: ple, levels: 2, expert_units: [64]}
        towers: [32]
      train: {epochs: 30, batch: 1024, optimizer: {dense: {adam: 0.001}, embedding: {adagrad: {lr: 0.05}}}, early_stopping: {metric: auc, patience: 3}, seed: 1}
      """;

  static final String RICH =
      """
      data:
        sources:
          log: ["log/*.parquet"]
          users: {files: users.csv, format: {type: csv, delimiter: "\\t", header: false, columns: [user_id, age], nulls: ["", NA]}}
        rows: {sql: "select * from log join users using (user_id)"}
        split: {by: time, column: time, validation: 0.1, test: 0.1}
        derive: {hour: "hour(time)"}
        rejects: {rows: 5, share: 0}
      features:
        dim: 16
        numeric:
          age: log2_buckets
          price: [log, {quantile_buckets: 20}, {type: scaled, dim: 4}]
          length:
        ids:
          columns: [user_id, item_id, author_id, hour]
          settings: {item_id: {dim: 16, min_count: 5}}
        multi_ids: {tags: {separator: ",", weight_separator: ":", pooling: sum}}
        crosses: {who_when: [user_id, hour], hashed: {columns: [item_id, hour], hash_buckets: 1000}}
        dense: {picture: 4}
        sequences:
          watched: item_id
          liked: {sequence: item_id, with: {author_id: liked_authors}, max: 20, order: newest_first}
        sides: {user: ["user_*", age], item: ["item_*", price, "tags"], context: [hour]}
      tasks:
        click: is_click
        buy: {label: is_buy, within: click, weight: 0.5}
        stay: {label: stay_ms, kind: regression}
      group: user_id
      model: {bottom: shared_embedding, body: {mmoe: {experts: 4}}, head: independent, towers: {units: [64, 32], dropout: 0.1, norm: batch}}
      train: {optimizer: {dense: adamw, embedding: {type: rowwise_adagrad, lr: 0.02}}, weight_decay: 0.01, clip_norm: 5, schedule: {warm_up: 100, decay: {cosine: 0.1}}, balance: {type: uncertainty}, early_stopping: null}
      evaluation: {metrics: [auc, gauc], bootstrap: 200}
      """;

  static final List<Column> RICH_COLUMNS =
      List.of(
          new Column("user_id", "BIGINT"),
          new Column("item_id", "BIGINT"),
          new Column("author_id", "VARCHAR"),
          new Column("time", "TIMESTAMP"),
          new Column("age", "INTEGER"),
          new Column("price", "DOUBLE"),
          new Column("length", "DECIMAL(18,3)"),
          new Column("tags", "VARCHAR"),
          new Column("picture", "FLOAT[4]"),
          new Column("watched", "BIGINT[]"),
          new Column("liked", "BIGINT[]"),
          new Column("liked_authors", "VARCHAR[]"),
          new Column("is_click", "TINYINT"),
          new Column("is_buy", "TINYINT"),
          new Column("stay_ms", "BIGINT"),
          new Column("hour", "BIGINT"));

  static final List<Column> CENSUS_COLUMNS =
      List.of(
          new Column("age", "BIGINT"),
          new Column("education", "VARCHAR"),
          new Column("wage_per_hour", "BIGINT"),
          new Column("marital_status", "VARCHAR"),
          new Column("industry_code", "BIGINT"),
          new Column("instance_weight", "DOUBLE"),
          new Column("weeks_worked", "BIGINT"),
          new Column("income", "VARCHAR"));

  private Samples() {}

  /** A body as the model room would write one. */
  interface Body {}

  /** Two levels of experts. */
  @Doc("Progressive layered extraction.")
  record Ple(
      @Doc("Levels.") @Default("1") @Range(min = 1, max = 8) int levels,
      @Doc("Widths.") @Default("[64]") List<Integer> expertUnits,
      @Doc("What an expert is.") @Default("mlp") Expert expert)
      implements Body {}

  /** One level of experts. */
  @Doc("Mixture of experts.")
  record Mmoe(@Doc("Experts.") @Default("8") @Range(min = 1, max = 64) int experts)
      implements Body {}

  /** An open set of experts. */
  interface Expert {}

  /** A plain expert. */
  @Doc("A multi-layer perceptron.")
  record Mlp() implements Expert {}

  /** Another expert. */
  @Doc("A cross network.")
  record Cross(@Doc("Layers.") @Default("2") int layers) implements Expert {}

  /** Something without options. */
  record Nothing() {}

  static Catalog catalog() {
    return Catalog.empty()
        .with("body", Body.class, Map.of("ple", Ple.class, "mmoe", Mmoe.class))
        .with("expert", Expert.class, Map.of("mlp", Mlp.class, "cross", Cross.class))
        .with("bottom", Record.class, Map.of("shared_embedding", Nothing.class))
        .with("head", Record.class, Map.of("independent", Nothing.class))
        .with(
            "balance", Record.class, Map.of("equal", Nothing.class, "uncertainty", Nothing.class));
  }

  static RunReader reader() {
    return new RunReader(
        catalog(), Map.of("SEED", "42"), Optional.of(Path.of("").toAbsolutePath()), Path.of(""));
  }

  static RunConfig read(String text, String... settings) {
    return reader().read(text, "run.yaml", List.of(settings)).config();
  }
}
