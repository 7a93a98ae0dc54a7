package dev.tandem.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values for the names that a configuration writes as a dollar sign and braces. After the name may
 * follow {@code :-} and a text for when it is unset; a second dollar sign before the reference
 * keeps it as it is.
 */
final class Variables {
  private static final Pattern REFERENCE = Pattern.compile("\\$?\\$\\{([^}]*)}");

  private final Function<String, Optional<String>> values;

  Variables(Function<String, Optional<String>> values) {
    this.values = values;
  }

  /** Leaves every text as it is. */
  static Variables none() {
    return new Variables(name -> Optional.of("${" + name + "}"));
  }

  static Variables of(Map<String, String> values) {
    return new Variables(name -> Optional.ofNullable(values.get(name)));
  }

  /** Whether the text is one reference and nothing else. */
  static boolean isReference(String text) {
    return text.startsWith("${") && REFERENCE.matcher(text).matches();
  }

  /** The text with every reference replaced; what has no value is reported and stays. */
  String replace(String text, Place place, Problems problems) {
    if (!text.contains("${")) {
      return text;
    }
    StringBuilder result = new StringBuilder();
    Matcher matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      matcher.appendReplacement(result, Matcher.quoteReplacement(value(matcher, place, problems)));
    }
    return matcher.appendTail(result).toString();
  }

  private String value(Matcher matcher, Place place, Problems problems) {
    if (matcher.group().startsWith("$$")) {
      return matcher.group().substring(1);
    }
    String reference = matcher.group(1);
    int dash = reference.indexOf(":-");
    String name = dash < 0 ? reference : reference.substring(0, dash);
    Optional<String> value = values.apply(name);
    if (value.isPresent()) {
      return value.get();
    }
    if (dash >= 0) {
      return reference.substring(dash + 2);
    }
    problems.report(
        place,
        name.equals("data")
            ? "${data} is used, but there is no data directory; give --data DIR, set TANDEM_DATA, or put the data into"
                + " ../shared/data"
            : "${"
                + name
                + "} is not set in the environment; set it, or write ${"
                + name
                + ":-default}");
    return matcher.group();
  }
}
