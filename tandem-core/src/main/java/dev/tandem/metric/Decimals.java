package dev.tandem.metric;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Numbers as text for people, with a fixed number of decimals and a point. What rounds to zero has
 * no sign: a difference of −0.00001 reads 0.0000, not -0.0000, which looks like a loss.
 */
public final class Decimals {
  private static final Pattern SIGNED_ZERO = Pattern.compile("[+-][0.]+");

  private Decimals() {}

  /** A number with so many decimals: 0.1235, -0.1235, 0.0000. */
  public static String of(double value, int places) {
    return format("%." + places + "f", value);
  }

  /** A difference, whose sign is always written: +0.1235, -0.1235, 0.0000. */
  public static String signed(double value, int places) {
    return format("%+." + places + "f", value);
  }

  private static String format(String format, double value) {
    String text = String.format(Locale.ROOT, format, value);
    return SIGNED_ZERO.matcher(text).matches() ? text.substring(1) : text;
  }
}
