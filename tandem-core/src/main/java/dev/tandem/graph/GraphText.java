package dev.tandem.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph as JSON text and back: the nodes in order, operands by their positions, then the results
 * by name. A dimension is a number, the name of a symbol, or {@code [factor, symbol, …]}.
 */
public final class GraphText {
  private static final String FORMAT = "tandem-graph";
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private GraphText() {}

  /** The text of a graph, one node per line; equal graphs have equal texts. */
  public static String write(Graph graph) {
    Map<Node, Integer> positions = new HashMap<>();
    StringBuilder text = new StringBuilder();
    text.append("{\"format\":\"").append(FORMAT).append("\",\"version\":").append(VERSION);
    text.append(",\n\"nodes\":[\n");
    for (Node node : graph.nodes()) {
      ObjectNode json = node.op().accept(new OpWriter(JSON.createObjectNode()));
      if (!node.inputs().isEmpty()) {
        ArrayNode in = json.putArray("in");
        node.inputs().forEach(i -> in.add(positions.get(i)));
      }
      text.append(positions.isEmpty() ? "" : ",\n").append(json);
      positions.put(node, positions.size());
    }
    ObjectNode outputs = JSON.createObjectNode();
    graph.outputs().forEach((name, node) -> outputs.put(name, positions.get(node)));
    return text.append("\n],\n\"outputs\":").append(outputs).append("}\n").toString();
  }

  /**
   * The graph of a text.
   *
   * @throws IllegalArgumentException if the text is no graph that this version knows, naming the
   *     node
   */
  public static Graph read(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a graph is JSON text; found: " + e.getOriginalMessage());
    }
    if (!root.path("format").asText().equals(FORMAT)) {
      throw new IllegalArgumentException(
          "a graph has \"format\": \"" + FORMAT + "\"; found " + root.path("format"));
    }
    if (root.path("version").asInt() != VERSION) {
      throw new IllegalArgumentException(
          "graph of version " + root.path("version") + "; this Tandem reads version " + VERSION);
    }
    List<Node> nodes = new ArrayList<>();
    for (JsonNode json : root.path("nodes")) {
      try {
        List<Node> in = new ArrayList<>();
        json.path("in").forEach(i -> in.add(nodes.get(i.asInt(-1))));
        nodes.add(Node.of(OpReader.read(json), in));
      } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "node " + nodes.size() + " of the graph, " + json + ": " + e.getMessage(), e);
      }
    }
    Map<String, Node> outputs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> e : root.path("outputs").properties()) {
      int position = e.getValue().asInt(-1);
      if (position < 0 || position >= nodes.size()) {
        throw new IllegalArgumentException(
            "output " + e.getKey() + " of the graph is node " + e.getValue() + ", there is none");
      }
      outputs.put(e.getKey(), nodes.get(position));
    }
    return new Graph(outputs);
  }
}
