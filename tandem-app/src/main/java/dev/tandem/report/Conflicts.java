package dev.tandem.report;

import dev.tandem.metric.Decimals;
import dev.tandem.schema.Task;
import dev.tandem.train.Conflict;
import dev.tandem.train.StoredModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the tasks' gradients agree on what they share.
 *
 * @param tasks the tasks, in the order of the matrices
 * @param epochs measurements in the order of training, at least one
 * @param words the last one in sentences
 */
public record Conflicts(List<String> tasks, List<Conflict> epochs, List<String> words) {
  public Conflicts {
    tasks = List.copyOf(tasks);
    epochs = List.copyOf(epochs);
    words = List.copyOf(words);
  }

  /** Measurements put into words. */
  public static Conflicts of(List<String> tasks, List<Conflict> epochs) {
    List<String> words = new ArrayList<>();
    for (Conflict.Block block : epochs.get(epochs.size() - 1).blocks()) {
      if (block.kind() == Conflict.Kind.TOTAL) {
        words.addAll(sentence(tasks, block));
      }
    }
    return new Conflicts(tasks, epochs, words);
  }

  /** What the training of a model measured; empty if it was not asked to. */
  public static Optional<Conflicts> of(StoredModel model) {
    List<Conflict> measured = model.conflicts();
    return measured.isEmpty()
        ? Optional.empty()
        : Optional.of(of(model.preprocessor().tasks().stream().map(Task::name).toList(), measured));
  }

  /** The last measurement. */
  public Conflict last() {
    return epochs.get(epochs.size() - 1);
  }

  private static List<String> sentence(List<String> tasks, Conflict.Block block) {
    double least = Double.POSITIVE_INFINITY;
    int first = -1;
    int second = -1;
    for (int a = 0; a < tasks.size(); a++) {
      for (int b = a + 1; b < tasks.size(); b++) {
        double cosine = block.cosines().get(a).get(b);
        if (cosine < least) {
          least = cosine;
          first = a;
          second = b;
        }
      }
    }
    if (first < 0) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "On the %s %s and %s agree least: mean cosine %s, opposed in %.0f %% of the batches.",
            block.name(),
            tasks.get(first),
            tasks.get(second),
            Decimals.signed(least, 2),
            100 * block.opposed().get(first).get(second)));
  }

  /** The page: one HTML file that needs nothing else. */
  public String html(String title) {
    return Page.html(Page.Kind.CONFLICTS, title, this);
  }
}
