package dev.tandem.layer;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.insert;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.reshape;
import static dev.tandem.graph.Nodes.slice;
import static dev.tandem.graph.Nodes.sum;
import static dev.tandem.graph.Nodes.transpose;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.graph.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * Compressed interaction network (xDeepFM, Lian et al. 2018): every map of a layer is a weighted
 * sum of all products of a map of the layer before and a field, pooled over the embedding's
 * components. Parameters {@code W.l [maps, previous, fields]}, {@code b.l [maps]}.
 *
 * @param sizes number of maps of each layer
 * @param split whether the first half of a layer's maps goes on and the second half is pooled (the
 *     authors' code)
 * @param activation of the maps
 * @param bias whether there is a b
 */
public record Cin(List<Integer> sizes, boolean split, Activation activation, boolean bias) {

  /** [B,F,D] → [B, pooled maps]. */
  public Node build(Scope scope, Node fields) {
    int f = fields.shape().size(1);
    int d = fields.shape().size(2);
    Node x0 = transpose(fields, 0, 2, 1); // [B,D,F]
    Node x = x0;
    List<Node> pooled = new ArrayList<>();
    for (int l = 0; l < sizes.size(); l++) {
      int maps = sizes.get(l);
      int previous = x.width();
      Node pairs = mul(insert(x, 3), insert(x0, 2)); // [B,D,previous,F]
      Node w = scope.weight("W." + l, new Init.Glorot(previous * f, maps), maps, previous, f);
      Node next =
          matmul(
              reshape(pairs, Shape.batch(d, previous * f)),
              reshape(w, Shape.of(maps, previous * f)),
              false,
              true);
      next = activation.apply(bias ? add(next, scope.bias("b." + l, maps)) : next); // [B,D,maps]
      boolean half = split && l < sizes.size() - 1;
      pooled.add(sum(half ? slice(next, -1, maps / 2, Slice.END) : next, false, 1));
      x = half ? slice(next, -1, 0, maps / 2) : next;
    }
    return concat(-1, pooled);
  }
}
