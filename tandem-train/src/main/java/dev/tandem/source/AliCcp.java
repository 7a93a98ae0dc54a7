package dev.tandem.source;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Alibaba Click and Conversion Prediction (Ma et al., SIGIR 2018): impressions ("skeleton") and, in
 * a second file, the features that many of them share, joined by a key that is local to train or
 * test ({@link AliCcpJoin}). Rows with a purchase but no click cannot be and are left out, as in
 * all published recipes; both labels are defined on every row.
 */
public record AliCcp() implements DataSet {
  private static final List<String> SIDES = List.of("train", "test");

  @Override
  public String name() {
    return "ali-ccp";
  }

  @Override
  public String title() {
    return "Ali-CCP: about 85 M impressions of Taobao's recommender, clicks and purchases";
  }

  @Override
  public String licence() {
    return "CC BY-NC-SA 4.0 as stated by Tianchi; non-commercial";
  }

  @Override
  public String origin() {
    return "Tianchi, data set 408";
  }

  @Override
  public List<String> files() {
    return List.of(
        "sample_skeleton_train.csv",
        "common_features_train.csv",
        "sample_skeleton_test.csv",
        "common_features_test.csv");
  }

  @Override
  public List<Recipe> recipes() {
    return List.of(
        new Recipe(
            "weighted",
            "23 fields, the multi-valued ones with all values and weights; test halved into validation and test"),
        new Recipe(
            "rechub",
            "23 fields, last value each, and 8 weights scaled to [0, 1]; test halved likewise"),
        new Recipe(
            "aitm",
            "18 fields, last value each; 10 % of train for validation; at least 12 occurrences"));
  }

  @Override
  public ImportReport read(Path from, Path out, ImportOptions options, LongConsumer progress) {
    String recipe = recipe(options);
    files().forEach(f -> DataSet.file(from, f));
    try (Import run = new Import(this, out, options, progress)) {
      float[][] ranges = new float[recipe.equals("rechub") ? AliCcpFields.DENSE.size() : 0][2];
      for (String side : SIDES) {
        AliCcpJoin join = new AliCcpJoin(run, recipe, side, ranges);
        join.side(from, options.memoryMegabytes());
      }
      return run.finish(configuration(recipe));
    }
  }

  private static String configuration(String recipe) {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        """
        # Ali-CCP, recipe %s. Both tasks are defined on all impressions.
        data:
          train: train.parquet
          validation: validation.parquet
          test: test.parquet
        features:
          dim: 8
        """
            .formatted(recipe));
    if (recipe.equals("rechub")) {
      yaml.append("  numeric: {\"d*\": [standardise]}\n");
    }
    yaml.append(
        "  ids: {columns: \"f*\", min_count: %d}\n".formatted(recipe.equals("aitm") ? 12 : 10));
    if (recipe.equals("weighted")) {
      yaml.append("  multi_ids:\n");
      AliCcpFields.ALL.stream()
          .filter(AliCcpFields.MULTI::contains)
          .forEach(
              f ->
                  yaml.append(
                      "    f%s: {separator: \"|\", weight_separator: \":\", min_count: 10}\n"
                          .formatted(f)));
    }
    yaml.append(
        """
          sides:
            user: ["f10*", "f11*", "f12*", "f150_14"]
            item: [f205, f206, f207, f210, f216]
            context: [f301, f508, f509, f702, f853]
        tasks: [click, purchase]
        model:
          body: {type: mmoe, experts: 4, expert_units: [128, 64]}
          towers: [32]
        train:
          epochs: 3
          batch: 4096
          optimizer: {dense: {adam: 0.001}, embedding: {adam: 0.001}}
          early_stopping: {metric: auc, patience: 1}
          seed: 1
        """);
    return yaml.toString();
  }
}
