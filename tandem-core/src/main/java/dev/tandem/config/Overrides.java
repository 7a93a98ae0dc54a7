package dev.tandem.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Applies {@code --set path=value}: the path as error messages print it, the value as YAML. */
final class Overrides {
  private static final Pattern STEP = Pattern.compile("\"([^\"]+)\"|([^.\\[\\]\"]+)|\\[([0-9]+)]");

  private final Variables variables;
  private final Problems problems;

  Overrides(Variables variables, Problems problems) {
    this.variables = variables;
    this.problems = problems;
  }

  ConfigNode.Mapping apply(ConfigNode.Mapping root, List<String> settings) {
    ConfigNode.Mapping result = root;
    for (String setting : settings) {
      Place place = new Place("--set " + setting, 0, "");
      int equals = setting.indexOf('=');
      List<String> path = equals < 0 ? List.of() : steps(setting.substring(0, equals).strip());
      if (path.isEmpty()) {
        problems.report(place, "expected path=value, as in train.seed=7");
        continue;
      }
      Place at = new Place(place.source(), 0, setting.substring(0, equals).strip());
      ConfigNode value =
          new YamlReader(variables, problems)
              .read(setting.substring(equals + 1), at)
              .orElse(new ConfigNode.Scalar("", false, at));
      if (set(result, path, 0, value, at) instanceof ConfigNode.Mapping changed) {
        result = changed;
      }
    }
    return result;
  }

  /** The keys of a path; an index of a list keeps its bracket. Empty when the path is not one. */
  private static List<String> steps(String path) {
    List<String> steps = new ArrayList<>();
    int at = 0;
    Matcher matcher = STEP.matcher(path);
    while (at < path.length()) {
      if (at > 0 && path.charAt(at) == '.') {
        at++;
      }
      if (!matcher.find(at) || matcher.start() != at) {
        return List.of();
      }
      steps.add(matcher.group(1) != null ? matcher.group(1) : matcher.group());
      at = matcher.end();
    }
    return steps;
  }

  private ConfigNode set(
      ConfigNode node, List<String> path, int depth, ConfigNode value, Place at) {
    if (depth == path.size()) {
      return value;
    }
    String step = path.get(depth);
    String parent =
        depth == 0
            ? "the configuration"
            : String.join(".", path.subList(0, depth)).replace(".[", "[");
    if (step.startsWith("[")) {
      return setElement(node, path, depth, value, at, parent);
    }
    boolean nothing = node instanceof ConfigNode.Scalar scalar && scalar.isNull();
    if (!(node instanceof ConfigNode.Mapping) && !nothing) {
      problems.report(
          at,
          parent
              + " is "
              + ConfigText.describe(node)
              + ", which has no key "
              + step
              + "; set "
              + parent
              + " as a whole");
      return node;
    }
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    if (node instanceof ConfigNode.Mapping mapping) {
      entries.putAll(mapping.entries());
    }
    ConfigNode old = entries.getOrDefault(step, new ConfigNode.Mapping(Map.of(), at));
    entries.put(step, set(old, path, depth + 1, value, at));
    return new ConfigNode.Mapping(entries, node.place());
  }

  private ConfigNode setElement(
      ConfigNode node, List<String> path, int depth, ConfigNode value, Place at, String parent) {
    String digits = path.get(depth).substring(1, path.get(depth).length() - 1);
    int size = node instanceof ConfigNode.Listing list ? list.elements().size() : -1;
    int index = digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (!(node instanceof ConfigNode.Listing list) || index >= size) {
      problems.report(
          at,
          parent
              + " is "
              + ConfigText.describe(node)
              + ", which has no element "
              + path.get(depth));
      return node;
    }
    List<ConfigNode> elements = new ArrayList<>(list.elements());
    elements.set(index, set(elements.get(index), path, depth + 1, value, at));
    return new ConfigNode.Listing(elements, node.place());
  }
}
