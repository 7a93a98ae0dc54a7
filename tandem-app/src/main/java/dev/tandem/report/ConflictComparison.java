package dev.tandem.report;

import dev.tandem.metric.Decimals;
import dev.tandem.train.Conflict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * How the tasks' gradients agree in two models of the same tasks, such as one with and one without
 * task-specific bottoms.
 *
 * @param models names of the two
 * @param conflicts of each, for the same tasks in the same order
 * @param words the last measurements in sentences
 */
public record ConflictComparison(
    List<String> models, List<Conflicts> conflicts, List<String> words) {
  public ConflictComparison {
    models = List.copyOf(models);
    conflicts = List.copyOf(conflicts);
    words = List.copyOf(words);
  }

  /**
   * Two models beside each other.
   *
   * @throws IllegalArgumentException when their tasks are not the same
   */
  public static ConflictComparison of(List<String> models, Conflicts first, Conflicts second) {
    if (!first.tasks().equals(second.tasks())) {
      throw new IllegalArgumentException(
          "the tasks are %s in %s and %s in %s"
              .formatted(
                  String.join(", ", first.tasks()),
                  models.get(0),
                  String.join(", ", second.tasks()),
                  models.get(1)));
    }
    List<String> words = new ArrayList<>();
    for (Conflict.Block block : first.last().blocks()) {
      if (block.kind() == Conflict.Kind.TOTAL) {
        block(second.last(), block.name())
            .ifPresent(other -> words.add(sentence(models, block, other)));
      }
    }
    return new ConflictComparison(models, List.of(first, second), words);
  }

  private static String sentence(List<String> models, Conflict.Block block, Conflict.Block other) {
    return String.format(
        Locale.ROOT,
        "On the %s two tasks have a mean cosine of %s in %s and %s in %s; they are opposed in %.0f %% and %.0f %% of the batches.",
        block.name(),
        Decimals.signed(mean(block, Conflict.Block::cosines), 2),
        models.get(0),
        Decimals.signed(mean(other, Conflict.Block::cosines), 2),
        models.get(1),
        100 * mean(block, Conflict.Block::opposed),
        100 * mean(other, Conflict.Block::opposed));
  }

  /** Mean over the pairs of tasks that meet in the block; NaN if none do. */
  private static double mean(
      Conflict.Block block, Function<Conflict.Block, List<List<Double>>> matrix) {
    List<List<Double>> values = matrix.apply(block);
    double sum = 0;
    int count = 0;
    for (int a = 0; a < values.size(); a++) {
      for (int b = a + 1; b < values.size(); b++) {
        if (!values.get(a).get(b).isNaN()) {
          sum += values.get(a).get(b);
          count++;
        }
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /** Names of what either model shares, in the first one's order. */
  public Set<String> blocks() {
    Set<String> names = new LinkedHashSet<>();
    conflicts.forEach(c -> c.last().blocks().forEach(b -> names.add(b.name())));
    return names;
  }

  /** The last measurement of a block in one of the models; empty where it is not shared. */
  public Optional<Conflict.Block> block(int model, String name) {
    return block(conflicts.get(model).last(), name);
  }

  private static Optional<Conflict.Block> block(Conflict conflict, String name) {
    return conflict.blocks().stream().filter(b -> b.name().equals(name)).findFirst();
  }

  /** The page: one HTML file that needs nothing else. */
  public String html(String title) {
    return Page.html(Page.Kind.CONFLICT_COMPARISON, title, this);
  }
}
