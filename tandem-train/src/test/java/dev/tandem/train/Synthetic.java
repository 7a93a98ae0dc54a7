package dev.tandem.train;

import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.EvaluationConfig;
import dev.tandem.config.TrainConfig;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.feature.LabelState;
import dev.tandem.layer.Activation;
import dev.tandem.layer.Mlp;
import dev.tandem.layer.Norm;
import dev.tandem.model.Independent;
import dev.tandem.model.Interaction;
import dev.tandem.model.Mmoe;
import dev.tandem.model.Models;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Rows whose labels follow from their ids and numbers, a small model over them, and settings. */
final class Synthetic implements EncodedData {
  private static final Catalog CATALOG =
      Catalog.empty().with("interaction", Interaction.class, Models.of(Interaction.class));
  static final int USERS = 300;
  static final int TAGS = 50;

  private static final InputLayout LAYOUT =
      new InputLayout(
          List.of(
              new FieldSlot("user", "user", 4, Pooling.NONE, false, Side.USER),
              new FieldSlot("friend", "user", 4, Pooling.NONE, false, Side.USER),
              new FieldSlot("tags", "tag", 4, Pooling.MEAN, false, Side.ITEM),
              new FieldSlot("price", "price", 4, Pooling.NONE, true, Side.ITEM)),
          List.of("age", "hour"),
          List.of(Side.USER, Side.CONTEXT),
          List.of());

  private final int rows;
  private final long seed;

  Synthetic(int rows, long seed) {
    this.rows = rows;
    this.seed = seed;
  }

  static List<Task> tasks() {
    return List.of(
        Task.binary("click", "click"),
        Task.binary("like", "like"),
        new Task("time", TaskKind.REGRESSION, "time", Optional.empty(), 1, 0.5, 0.9),
        new Task("kind", TaskKind.MULTICLASS, "kind", Optional.empty(), 3, 1, 1));
  }

  static Blueprint blueprint(double dropout) {
    Mlp expert = new Mlp(List.of(16), Activation.RELU, Norm.NONE, dropout);
    Mmoe body =
        read("{experts: 3, expert_units: {units: [16], dropout: " + dropout + "}}", Mmoe.class);
    return blueprint(new MultiTaskModel(new SharedEmbedding(), body, expert, new Independent()));
  }

  static Blueprint blueprint(MultiTaskModel model) {
    return new Blueprint(LAYOUT, tables(USERS), tasks(), Map.of(), model);
  }

  static List<FittedTable> tables(int users) {
    return List.of(
        new FittedTable("user", users, 4),
        new FittedTable("tag", TAGS, 4),
        new FittedTable("price", 2, 4));
  }

  static TrainConfig config(int epochs, int batch, int threads) {
    return config(epochs, batch, threads, 3);
  }

  static TrainConfig config(int epochs, int batch, int threads, int patience) {
    return read(
        """
        epochs: %d
        batch: %d
        threads: %d
        optimizer: {dense: {adam: 0.005}, embedding: {adam: 0.01}}
        weight_decay: 1e-4
        embedding_decay: 1e-5
        clip_norm: 5
        schedule: {warm_up: 5, decay: {cosine: 0.1}}
        early_stopping: {patience: %d}
        checkpoints: {every: 7}
        """
            .formatted(epochs, batch, threads, patience),
        TrainConfig.class);
  }

  static EvaluationConfig evaluation() {
    return read("batch: 500", EvaluationConfig.class);
  }

  static <T extends Record> T read(String yaml, Class<T> type) {
    return Canonical.read(yaml, "test", type, CATALOG);
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public InputLayout layout() {
    return LAYOUT;
  }

  @Override
  public List<FittedTable> tables() {
    return tables(USERS);
  }

  @Override
  public void read(long[] numbers, int from, int count, Batch into) {
    into.resize(count);
    int tags = 0;
    for (int r = 0; r < count; r++) {
      long row = numbers[from + r];
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + row);
      int user = random.nextInt(USERS);
      into.ids(0)[r] = user;
      into.ids(1)[r] = random.nextInt(USERS);
      into.offsets(2)[r] = tags;
      int n = random.nextInt(4);
      into.reserveIds(2, tags + n);
      int tagSum = 0;
      for (int i = 0; i < n; i++) {
        into.ids(2)[tags + i] = random.nextInt(TAGS);
        tagSum += into.ids(2)[tags + i];
      }
      tags += n;
      into.offsets(2)[r + 1] = tags;
      float price = (float) random.nextDouble();
      into.ids(3)[r] = 1;
      into.factors(3)[r] = price;
      float age = (float) (random.nextDouble() - 0.5);
      into.numbers()[2 * r] = age;
      into.numbers()[2 * r + 1] = (float) random.nextDouble();
      double score = Math.sin(user) + 2 * age + price - 0.5 + 0.01 * (tagSum - 30);
      label(into, r, 0, score + random.nextDouble() - 0.5 > 0 ? 1 : 0, LabelState.OBSERVED);
      label(
          into,
          r,
          1,
          score > 0.7 ? 1 : 0,
          into.labels()[4 * r] > 0 ? LabelState.OBSERVED : LabelState.OUTSIDE);
      label(into, r, 2, (float) score, n == 0 ? LabelState.MISSING : LabelState.OBSERVED);
      label(into, r, 3, user % 3, LabelState.OBSERVED);
      into.groups()[r] = user;
      into.weights()[r] = 1;
      into.rowNumbers()[r] = row;
    }
  }

  private static void label(Batch into, int row, int task, float value, LabelState state) {
    into.labels()[4 * row + task] = state == LabelState.OBSERVED ? value : 0;
    into.states()[4 * row + task] = state.code();
  }
}
