package dev.tandem.cli;

import dev.tandem.metric.Decimals;
import java.io.PrintWriter;
import java.util.Locale;

/** One look into a model: as text for people, and as the JSON of its record. */
interface View {
  /** Prints it for people. */
  void print(PrintWriter out);

  /** What is printed with {@code --json}. */
  default Object json() {
    return this;
  }

  /** Says how many values of a column have no segment of their own. */
  static void leftOut(String column, int shown, int values, PrintWriter out) {
    if (values > shown) {
      out.printf(Locale.ROOT, "The %d most frequent of %,d values of %s.%n", shown, values, column);
    }
  }

  /** A number with four decimals; nothing where it is undefined. */
  static String decimal(double value) {
    return Double.isNaN(value) ? "" : Decimals.of(value, 4);
  }

  /** The same with its sign. */
  static String signed(double value) {
    return Double.isNaN(value) ? "" : Decimals.signed(value, 4);
  }

  /** A whole number with its thousands apart; nothing where it is unknown (negative). */
  static String count(long n) {
    return n < 0 ? "" : String.format(Locale.ROOT, "%,d", n);
  }
}
