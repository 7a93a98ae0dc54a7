package dev.tandem.cli;

import dev.tandem.metric.Decimals;
import dev.tandem.report.Conflicts;
import dev.tandem.train.Conflict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * How the tasks' gradients agree where they share weights.
 *
 * @param data the rows; empty if it was measured in training
 * @param conflicts the measurements
 */
record ConflictView(String data, Conflicts conflicts) implements View {

  @Override
  public void print(PrintWriter out) {
    List<Conflict> epochs = conflicts.epochs();
    Conflict last = conflicts.last();
    out.printf(
        "Mean cosine between two tasks' gradients over %d batches %s%n",
        last.batches(),
        data.isEmpty() ? "of the training rows, after epoch " + last.epoch() : "of " + data);
    out.println("(in brackets: share of the batches in which the two pull apart)");
    List<String> header = new ArrayList<>(List.of("shared part", "kind"));
    pairs().forEach(p -> header.add(name(p)));
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (Conflict.Block block : last.blocks()) {
      List<String> cells = new ArrayList<>(List.of(block.name(), word(block.kind())));
      pairs().forEach(p -> cells.add(cell(block, p)));
      table.row(cells);
    }
    table.print(out);
    if (epochs.size() > 1) {
      history(out);
    }
    out.println();
    conflicts.words().forEach(out::println);
  }

  private void history(PrintWriter out) {
    out.printf("%nEpoch by epoch%n");
    List<String> header = new ArrayList<>(List.of("shared part", "epoch"));
    pairs().forEach(p -> header.add(name(p)));
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (Conflict epoch : conflicts.epochs()) {
      for (Conflict.Block block : epoch.blocks()) {
        if (block.kind() == Conflict.Kind.TOTAL) {
          List<String> cells =
              new ArrayList<>(List.of(block.name(), String.valueOf(epoch.epoch())));
          pairs().forEach(p -> cells.add(cell(block, p)));
          table.row(cells);
        }
      }
    }
    table.print(out);
  }

  static String word(Conflict.Kind kind) {
    return switch (kind) {
      case TOTAL -> "all";
      case TABLE -> "table";
      case LAYERS -> "layers";
    };
  }

  private static String cell(Conflict.Block block, int[] pair) {
    double cosine = block.cosines().get(pair[0]).get(pair[1]);
    return Double.isNaN(cosine)
        ? ""
        : "%s (%s %%)"
            .formatted(
                Decimals.signed(cosine, 2),
                Decimals.of(100 * block.opposed().get(pair[0]).get(pair[1]), 0));
  }

  private List<int[]> pairs() {
    return pairs(conflicts.tasks());
  }

  private String name(int[] pair) {
    return name(conflicts.tasks(), pair);
  }

  static String name(List<String> tasks, int[] pair) {
    return tasks.get(pair[0]) + " · " + tasks.get(pair[1]);
  }

  /** Every two tasks, by their places. */
  static List<int[]> pairs(List<String> tasks) {
    List<int[]> pairs = new ArrayList<>();
    for (int a = 0; a < tasks.size(); a++) {
      for (int b = a + 1; b < tasks.size(); b++) {
        pairs.add(new int[] {a, b});
      }
    }
    return pairs;
  }
}
