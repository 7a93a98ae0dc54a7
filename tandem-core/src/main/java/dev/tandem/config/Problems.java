package dev.tandem.config;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong, so that one reading reports all of it. Not thread-safe. */
final class Problems {
  private final List<String> messages = new ArrayList<>();

  void report(Place place, String message) {
    String line = place + ": " + message;
    if (!messages.contains(line)) {
      messages.add(line);
    }
  }

  boolean any() {
    return !messages.isEmpty();
  }

  /**
   * Ends the reading when something was reported.
   *
   * @throws ConfigException with one line per problem
   */
  void throwIfAny() {
    if (any()) {
      throw new ConfigException(String.join("\n", messages));
    }
  }
}
