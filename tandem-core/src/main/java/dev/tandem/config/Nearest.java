package dev.tandem.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The candidate that differs least from {@code name} (insertions, deletions, replacements and
   * swaps of neighbours, without regard to case), if it differs in at most a third of its letters
   * or begins with it; the first of equals.
   */
  public static Optional<String> to(String name, Collection<String> candidates) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .filter(candidate -> close(wanted, candidate.toLowerCase(Locale.ROOT)))
        .min(
            Comparator.comparingInt(
                candidate -> distance(wanted, candidate.toLowerCase(Locale.ROOT))));
  }

  /** A clause for an error message: {@code "; nearest: levels"}, or nothing. */
  public static String hint(String name, Collection<String> candidates) {
    return to(name, candidates).map(nearest -> "; nearest: " + nearest).orElse("");
  }

  private static boolean close(String wanted, String candidate) {
    return distance(wanted, candidate)
            <= Math.max(1, Math.max(wanted.length(), candidate.length()) / 3)
        || (wanted.length() >= 3 && candidate.startsWith(wanted));
  }

  /** Optimal string alignment distance, by rows of the usual table. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] spare = beforeLast;
      beforeLast = last;
      last = row;
      row = spare;
    }
    return last[b.length()];
  }
}
