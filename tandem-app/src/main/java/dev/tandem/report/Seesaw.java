package dev.tandem.report;

import dev.tandem.metric.Decimals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Each task's gain or loss against the same network trained on it alone, on the same rows.
 *
 * @param against name of the model that it is compared with
 * @param gains per task, signed so that positive is better
 * @param words the same in sentences: which task pays for which
 */
public record Seesaw(String against, List<Gain> gains, List<String> words) {
  public Seesaw {
    gains = List.copyOf(gains);
    words = List.copyOf(words);
  }

  /**
   * One task's gain.
   *
   * @param task the task
   * @param metric the metric
   * @param gain by how much it is better; positive means better
   * @param low lower end of its interval
   * @param high upper end of its interval
   * @param pValue two-sided, adjusted for the number of tasks
   */
  public record Gain(
      String task, String metric, double gain, double low, double high, double pValue) {
    boolean up() {
      return low > 0 && pValue <= ALPHA;
    }

    boolean down() {
      return high < 0 && pValue <= ALPHA;
    }
  }

  private static final double ALPHA = 0.05;

  /** The picture of these gains, put into words. */
  public static Seesaw of(String against, List<Gain> gains) {
    return new Seesaw(against, gains, words(gains));
  }

  private static List<String> words(List<Gain> gains) {
    List<Gain> up = gains.stream().filter(Gain::up).toList();
    List<Gain> down = gains.stream().filter(Gain::down).toList();
    List<Gain> open = gains.stream().filter(g -> !g.up() && !g.down()).toList();
    List<String> words = new ArrayList<>();
    if (!up.isEmpty() && !down.isEmpty()) {
      words.add(
          "Seesaw: %s %s for the gain of %s.".formatted(names(down), verb(down, "pay"), names(up)));
    } else if (!up.isEmpty() && open.isEmpty()) {
      words.add("No seesaw: every task gains from being trained with the others.");
    } else if (!up.isEmpty()) {
      words.add(
          "No seesaw: %s %s from being trained with the others, and no task clearly loses."
              .formatted(names(up), verb(up, "gain")));
    } else if (!down.isEmpty()) {
      words.add(
          "No task gains: %s %s from being trained with the others; train %s alone, or try another body or balancing."
              .formatted(names(down), verb(down, "lose"), down.size() == 1 ? "it" : "them"));
    } else if (!gains.isEmpty()) {
      words.add("No task is clearly better or worse than alone.");
    }
    for (Gain g : up) {
      words.add(sentence(g, "gains"));
    }
    for (Gain g : down) {
      words.add(sentence(g, "loses"));
    }
    for (Gain g : open) {
      words.add(
          "%s does not clearly differ from its network alone: %s %s, interval %s."
              .formatted(g.task(), Decimals.signed(g.gain(), 4), g.metric(), interval(g)));
    }
    return words;
  }

  private static String sentence(Gain g, String verb) {
    return String.format(
        Locale.ROOT,
        "%s %s %.4f %s, interval %s (p %s after correction for %s).",
        g.task(),
        verb,
        Math.abs(g.gain()),
        g.metric(),
        interval(g),
        g.pValue() < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "= %.3f", g.pValue()),
        "the number of tasks");
  }

  private static String interval(Gain g) {
    return Decimals.signed(g.low(), 4) + " to " + Decimals.signed(g.high(), 4);
  }

  private static String names(List<Gain> gains) {
    List<String> names = gains.stream().map(Gain::task).toList();
    int last = names.size() - 1;
    return last == 0
        ? names.get(0)
        : names.subList(0, last).stream().collect(Collectors.joining(", "))
            + " and "
            + names.get(last);
  }

  private static String verb(List<Gain> subjects, String verb) {
    return subjects.size() == 1 ? verb + "s" : verb;
  }
}
