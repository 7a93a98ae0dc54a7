package dev.tandem.experiment;

import dev.tandem.config.ConfigNode;
import java.util.stream.Collectors;

/** Configuration nodes on one line, as an override takes them. */
final class FlowYaml {
  private FlowYaml() {}

  static String of(ConfigNode node) {
    if (node instanceof ConfigNode.Mapping mapping) {
      return mapping.entries().entrySet().stream()
          .map(e -> quoted(e.getKey()) + ": " + of(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    } else if (node instanceof ConfigNode.Listing list) {
      return list.elements().stream().map(FlowYaml::of).collect(Collectors.joining(", ", "[", "]"));
    }
    ConfigNode.Scalar scalar = (ConfigNode.Scalar) node;
    // A variable must stay plain, for only then what it stands for may be a number.
    boolean plain = !scalar.quoted() && scalar.text().matches("[\\w.+\\-/]*");
    return plain ? (scalar.isNull() ? "null" : scalar.text()) : quoted(scalar.text());
  }

  private static String quoted(String text) {
    return "\""
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        + "\"";
  }
}
