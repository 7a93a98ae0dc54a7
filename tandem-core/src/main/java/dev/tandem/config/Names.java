package dev.tandem.config;

import java.util.Locale;

/** How names of Java and names of a configuration correspond. */
final class Names {
  private Names() {}

  /**
   * {@code expertUnits} and {@code ExpertUnits} become {@code expert_units}, {@code MEAN} becomes
   * {@code mean}.
   */
  static String snake(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** Name of a member of a closed set: {@code IdFeature} among {@code Feature} is {@code id}. */
  static String member(Class<?> type, Class<?> set) {
    String name = type.getSimpleName();
    String suffix = set.getSimpleName();
    boolean cut = name.endsWith(suffix) && name.length() > suffix.length();
    return snake(cut ? name.substring(0, name.length() - suffix.length()) : name);
  }
}
