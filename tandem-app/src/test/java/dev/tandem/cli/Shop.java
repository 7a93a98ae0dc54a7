package dev.tandem.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A small shop's log as CSV, with a run configuration that trains on it in a second or two. */
record Shop(Path directory) {
  static final String RUN =
      """
      data: {train: train.csv, validation: validation.csv, test: test.csv}
      features: {numeric: [price], ids: [user, item]}
      tasks: {click: click, buy: buy}
      model:
        body: {type: ple, levels: 1, task_experts: 1, shared_experts: 1, expert_units: [8]}
        towers: [4]
      train: {epochs: 2, batch: 64, seed: 3}
      """;

  /** Writes everything. */
  static Shop open(Path directory) throws IOException {
    Shop shop = new Shop(directory);
    Files.writeString(shop.run(), RUN);
    Files.writeString(directory.resolve("train.csv"), rows(1, 600));
    Files.writeString(directory.resolve("validation.csv"), rows(2, 200));
    Files.writeString(directory.resolve("test.csv"), rows(3, 200));
    return shop;
  }

  static String rows(long seed, int count) {
    Random random = new Random(seed);
    StringBuilder csv = new StringBuilder("user,item,price,click,buy\n");
    for (int i = 0; i < count; i++) {
      int user = random.nextInt(20);
      int item = random.nextInt(10);
      double price = Math.round(random.nextDouble() * 1000) / 10.0;
      boolean click = random.nextDouble() < (user % 2 == 0 ? 0.7 : 0.2);
      boolean buy = click && random.nextDouble() < (item < 5 ? 0.6 : 0.2);
      csv.append('u').append(user).append(",i").append(item).append(',').append(price);
      csv.append(',').append(click ? 1 : 0).append(',').append(buy ? 1 : 0).append('\n');
    }
    return csv.toString();
  }

  Path run() {
    return directory.resolve("run.yaml");
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  Path model() {
    return directory.resolve("model");
  }

  /** Replaces a text in one of the files. */
  void edit(String name, String old, String by) throws IOException {
    String text = Files.readString(file(name));
    if (!text.contains(old)) {
      throw new IllegalArgumentException(name + " has no " + old);
    }
    Files.writeString(file(name), text.replace(old, by));
  }

  /** What a command printed with {@code --json}. */
  static JsonNode json(Shell shell) throws IOException {
    if (shell.code() != 0) {
      throw new AssertionError(shell.err());
    }
    return new ObjectMapper().readTree(shell.out());
  }

  /** Scores the rows of {@code test.csv} on a runtime, into a file of that name. */
  Path predict(String runtime, String name, Object... more) {
    Object[] words = {
      "predict", model(), "--in", file("test.csv"), "--out", file(name), "--runtime", runtime
    };
    Shell shell = Shell.run(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
    if (shell.code() != 0) {
      throw new AssertionError(shell.err());
    }
    return file(name);
  }

  Shell train(Object... more) {
    return trainTo(model(), more);
  }

  /** Trains under other settings, each {@code KEY=VALUE}. */
  Shell trainWith(List<String> settings) {
    return train(settings.stream().flatMap(s -> Stream.of("--set", s)).toArray());
  }

  /** Trains into another directory than {@link #model()}. */
  Shell trainTo(Path out, Object... more) {
    Object[] words = {"train", run(), "--out", out, "--cache", directory.resolve("cache")};
    return Shell.run(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
  }
}
