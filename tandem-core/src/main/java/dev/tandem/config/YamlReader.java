package dev.tandem.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads YAML 1.2 (and so JSON) into nodes that know their lines; stricter than YAML about keys and
 * tags.
 */
final class YamlReader {
  private static final int DEEPEST = 100;

  private final Variables variables;
  private final Problems problems;
  private boolean whole;

  YamlReader(Variables variables, Problems problems) {
    this.variables = variables;
    this.problems = problems;
  }

  /**
   * The document's node.
   *
   * @param at the place of the whole text
   * @return empty when the text holds no value, or is not YAML, which is reported
   */
  Optional<ConfigNode> read(String text, Place at) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(at.source())
            .setMaxAliasesForCollections(50)
            .setAllowNonScalarKeys(true)
            .build();
    whole = at.path().isEmpty();
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    try {
      return new Compose(settings).composeString(content).map(node -> convert(node, at, 0));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      String problem = e.getProblem();
      problems.report(
          new Place(at.source(), line, at.path()),
          "not valid YAML: " + problem + tabHint(content, line));
    } catch (YamlEngineException e) {
      problems.report(at, "not valid YAML: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static String tabHint(String text, int line) {
    List<String> lines = text.lines().toList();
    boolean tab =
        line > 0 && line <= lines.size() && lines.get(line - 1).stripTrailing().contains("\t");
    return tab ? "; the line holds a tab: indent with spaces" : "";
  }

  /** The line of a node in a file; text given elsewhere (a default, --set) has the place's own. */
  private int line(Node node, Place at) {
    return whole
        ? node.getStartMark().map(mark -> mark.getLine() + 1).orElse(at.line())
        : at.line();
  }

  private ConfigNode convert(Node node, Place place, int depth) {
    if (depth > DEEPEST) {
      problems.report(
          place, "nested more than " + DEEPEST + " deep; an alias (*name) may contain itself");
      return new ConfigNode.Scalar("", false, place);
    }
    String tag = node.getTag().getValue();
    // The library marks what looks like a variable; variables are replaced here.
    if (!tag.startsWith("tag:yaml.org,2002:") && !tag.equals("!ENV_VARIABLE")) {
      problems.report(
          place, "the tag " + node.getTag().getValue() + " is not used here; leave it out");
    }
    if (node instanceof MappingNode mapping) {
      return mapping(mapping, place, depth);
    }
    if (node instanceof SequenceNode sequence) {
      List<ConfigNode> elements = new ArrayList<>();
      for (Node element : sequence.getValue()) {
        elements.add(
            convert(element, place.element(elements.size(), line(element, place)), depth + 1));
      }
      return new ConfigNode.Listing(elements, place);
    }
    ScalarNode scalar = (ScalarNode) node;
    String text = variables.replace(scalar.getValue(), place, problems);
    // Within braces YAML wants a variable in quotes; they do not make text of a number.
    boolean quoted =
        scalar.getScalarStyle() != ScalarStyle.PLAIN && !Variables.isReference(scalar.getValue());
    return new ConfigNode.Scalar(text, quoted, place);
  }

  private ConfigNode mapping(MappingNode mapping, Place place, int depth) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        problems.report(
            new Place(place.source(), line(tuple.getKeyNode(), place), place.path()),
            "a key must be a plain name");
        continue;
      }
      String key = keyNode.getValue();
      int line = line(keyNode, place);
      Integer first = lines.putIfAbsent(key, line);
      if (first != null) {
        problems.report(
            place.child(key, line),
            "the key is given twice, first in line " + first + "; keep one");
        continue;
      }
      // A value is reported at its key's line, where its reader looks for it.
      entries.put(key, convert(tuple.getValueNode(), place.child(key, line), depth + 1));
    }
    return new ConfigNode.Mapping(entries, place);
  }
}
