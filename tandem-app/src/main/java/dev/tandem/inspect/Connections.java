package dev.tandem.inspect;

import dev.tandem.feature.EncodingCounts;
import dev.tandem.feature.Row;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.train.StoredModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The switches of sub-network routing (SNR) between two layers, as they are in scoring.
 *
 * @param layer name of the connections
 * @param switches [next][n] the factor of every connection, from sub-network j to i; 0 is pruned
 */
public record Connections(String layer, List<List<Double>> switches) {
  private static final Pattern SWITCHES = Pattern.compile("probe\\.((?:.*\\.)?conn\\.[^.]+)\\.z");

  public Connections {
    switches = switches.stream().map(List::copyOf).toList();
  }

  /** The pruned connections, as {@code j → i}. */
  public List<String> pruned() {
    List<String> pruned = new ArrayList<>();
    for (int i = 0; i < switches.size(); i++) {
      for (int j = 0; j < switches.get(i).size(); j++) {
        if (switches.get(i).get(j) == 0) {
          pruned.add(j + " → " + i);
        }
      }
    }
    return pruned;
  }

  /** The connections of a model, the lowest first; none if its body has no switches. */
  public static List<Connections> of(StoredModel model) {
    Graph graph =
        model
            .model()
            .blueprint()
            .model()
            .scoring(model.preprocessor().layout(), model.preprocessor().tasks());
    List<Connections> found = new ArrayList<>();
    if (graph.outputs().keySet().stream().noneMatch(n -> SWITCHES.matcher(n).matches())) {
      return found;
    }
    boolean[] read = {false};
    model
        .model()
        .probe(
            // The switches do not depend on the row: one of missing values will do.
            into -> {
              if (read[0]) {
                return false;
              }
              read[0] = true;
              model.preprocessor().encode(List.of(Row.of(Map.of())), into, new EncodingCounts());
              return true;
            },
            name -> SWITCHES.matcher(name).matches(),
            (rows, predictions, probes) ->
                probes.forEach((name, z) -> found.add(of(name, graph.output(name), z))));
    return found;
  }

  private static Connections of(String probe, Node node, float[] z) {
    Matcher m = SWITCHES.matcher(probe);
    int from = node.shape().size(1);
    List<List<Double>> rows = new ArrayList<>();
    for (int i = 0; i < node.shape().size(0); i++) {
      List<Double> row = new ArrayList<>();
      for (int j = 0; j < from; j++) {
        row.add((double) z[i * from + j]);
      }
      rows.add(row);
    }
    return new Connections(m.matches() ? m.group(1) : probe, rows);
  }
}
