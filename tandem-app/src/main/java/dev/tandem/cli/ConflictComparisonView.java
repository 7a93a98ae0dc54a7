package dev.tandem.cli;

import dev.tandem.metric.Decimals;
import dev.tandem.report.ConflictComparison;
import dev.tandem.train.Conflict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the tasks' gradients agree in two models.
 *
 * @param data the rows; empty if it was measured in training
 * @param comparison the measurements
 */
record ConflictComparisonView(String data, ConflictComparison comparison) implements View {

  @Override
  public void print(PrintWriter out) {
    List<String> tasks = comparison.conflicts().get(0).tasks();
    List<int[]> pairs = ConflictView.pairs(tasks);
    out.printf(
        "Mean cosine between two tasks' gradients, %s → %s, %s%n",
        comparison.models().get(0),
        comparison.models().get(1),
        data.isEmpty() ? "as training measured it last" : "over batches of " + data);
    List<String> header = new ArrayList<>(List.of("shared part", "kind"));
    pairs.forEach(p -> header.add(ConflictView.name(tasks, p)));
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (String name : comparison.blocks()) {
      Optional<Conflict.Block> first = comparison.block(0, name);
      Optional<Conflict.Block> second = comparison.block(1, name);
      Conflict.Kind kind =
          Stream.of(first, second).flatMap(Optional::stream).toList().get(0).kind();
      List<String> cells = new ArrayList<>(List.of(name, ConflictView.word(kind)));
      pairs.forEach(p -> cells.add(cell(first, p) + " → " + cell(second, p)));
      table.row(cells);
    }
    table.print(out);
    out.println();
    comparison.words().forEach(out::println);
  }

  private static String cell(Optional<Conflict.Block> block, int[] pair) {
    return block
        .map(b -> b.cosines().get(pair[0]).get(pair[1]))
        .filter(cosine -> !cosine.isNaN())
        .map(cosine -> Decimals.signed(cosine, 2))
        .orElse("–");
  }
}
