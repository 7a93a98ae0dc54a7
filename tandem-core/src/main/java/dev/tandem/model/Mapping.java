package dev.tandem.model;

import static dev.tandem.graph.Nodes.cos;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.sin;
import static dev.tandem.graph.Nodes.square;

import dev.tandem.graph.Node;

/**
 * An explicit mapping of an expert's activations (DEPHN, eq. 3), element-wise and without
 * parameters.
 *
 * @param name {@code raw}, {@code sin}, {@code cos}, {@code square}, {@code cube}, {@code sin:m} or
 *     {@code cos:m} with m &gt; 0
 */
public record Mapping(String name) {
  public Mapping {
    if (!name.matches("raw|square|cube|(sin|cos)(:[1-9][0-9]*)?")) {
      throw new IllegalArgumentException(
          "model.body.mappings: there is no mapping '"
              + name
              + "'; allowed: raw, sin, cos, square, cube, sin:m, cos:m with m = 1, 2, …");
    }
  }

  public Node apply(Node h) {
    int colon = name.indexOf(':');
    String kind = colon < 0 ? name : name.substring(0, colon);
    Node x = colon < 0 ? h : scale(h, Integer.parseInt(name.substring(colon + 1)));
    return switch (kind) {
      case "sin" -> sin(x);
      case "cos" -> cos(x);
      case "square" -> square(h);
      case "cube" -> mul(square(h), h);
      default -> h;
    };
  }
}
