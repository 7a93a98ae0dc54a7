package dev.tandem.config;

/** Words for what a configuration holds. */
final class ConfigText {
  private static final int LONGEST = 60;

  private ConfigText() {}

  /** What was found, in words short enough for a message. */
  static String describe(ConfigNode node) {
    if (node instanceof ConfigNode.Mapping mapping) {
      return mapping.entries().isEmpty()
          ? "an empty mapping"
          : "a mapping with " + shorten(String.join(", ", mapping.entries().keySet()));
    } else if (node instanceof ConfigNode.Listing list) {
      return list.elements().isEmpty() ? "an empty list" : "a list of " + list.elements().size();
    }
    ConfigNode.Scalar scalar = (ConfigNode.Scalar) node;
    return scalar.isNull() ? "nothing" : "\"" + shorten(scalar.text()) + "\"";
  }

  private static String shorten(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
