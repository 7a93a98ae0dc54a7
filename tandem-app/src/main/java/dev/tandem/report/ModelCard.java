package dev.tandem.report;

import dev.tandem.graph.Cost;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Slice;
import dev.tandem.model.BlockName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A network as a drawing of blocks, and what it costs.
 *
 * @param parameters trained numbers of the network
 * @param tableParameters trained numbers of its embedding tables
 * @param flopsPerRow floating-point operations to score a row
 * @param blocks experts, gates, towers and so on, operands before users
 */
public record ModelCard(
    long parameters, long tableParameters, long flopsPerRow, List<Block> blocks) {
  /** Length of a sequence in the cost: the figure is for a comparison, not for a bill. */
  private static final int SEQUENCE_LENGTH = 50;

  private static final String MIX = " mix";
  private static final Pattern GATE = Pattern.compile("(?:^|\\.)gate(?:\\.\\d+)?$");

  public ModelCard {
    blocks = List.copyOf(blocks);
  }

  /**
   * A part of the network that goes by one name.
   *
   * @param name common beginning of its parameters' names, or the name of an input or output
   * @param kind input, block or output
   * @param shape shape of what it gives to others
   * @param parameters trained numbers in it
   * @param flops operations per row in it
   * @param inputs positions of the blocks that it reads
   */
  public record Block(
      String name, String kind, String shape, long parameters, long flops, List<Integer> inputs) {
    public Block {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * The card of a scoring graph.
   *
   * @param tableParameters numbers in its embedding tables
   */
  public static ModelCard of(Graph scoring, long tableParameters) {
    return of(scoring, tableParameters, BlockName::of);
  }

  /** The same layer by layer. */
  public static ModelCard layers(Graph scoring, long tableParameters) {
    return of(
        scoring, tableParameters, p -> p.contains(".") ? p.substring(0, p.lastIndexOf('.')) : p);
  }

  private static ModelCard of(Graph scoring, long tableParameters, UnaryOperator<String> owner) {
    Map<String, Integer> lengths = lengths(scoring);
    Cost cost = Cost.of(scoring, lengths);
    return new ModelCard(
        cost.parameters(),
        tableParameters,
        cost.flopsPerRow(),
        new Drawing(scoring, lengths, owner).blocks());
  }

  private static Map<String, Integer> lengths(Graph graph) {
    Map<String, Integer> lengths = new HashMap<>();
    graph
        .nodes()
        .forEach(
            n ->
                n.shape().dims().stream()
                    .filter(d -> !d.isStatic() && !d.toString().equals("B"))
                    .forEach(d -> lengths.put(d.toString(), SEQUENCE_LENGTH)));
    return lengths;
  }

  /** Gathers nodes into blocks; owned by one thread. */
  private static final class Drawing {
    private final Graph graph;
    private final Map<String, Integer> sizes;
    private final UnaryOperator<String> block; // of a parameter
    private final Map<Node, String> owner = new HashMap<>();
    private final Map<String, Sums> sums = new LinkedHashMap<>();
    private final Map<Set<String>, String> joins = new HashMap<>();

    /** What is summed up per block. */
    private static final class Sums {
      String kind = "block";
      String shape = "";
      long parameters;
      long flops;
      final Set<String> inputs = new LinkedHashSet<>();
    }

    Drawing(Graph graph, Map<String, Integer> lengths, UnaryOperator<String> block) {
      this.graph = graph;
      this.block = block;
      this.sizes = new HashMap<>(lengths);
      sizes.put("B", 1);
    }

    List<Block> blocks() {
      for (Node node : graph.nodes()) {
        add(node);
      }
      graph
          .outputs()
          .forEach(
              (name, node) -> {
                if (name.startsWith("prediction.") && owner.containsKey(node)) {
                  Sums output = sums.computeIfAbsent(name, n -> new Sums());
                  output.kind = "output";
                  output.shape = node.shape().toString();
                  output.inputs.add(owner.getOrDefault(node, ""));
                }
              });
      List<String> names = operandsFirst();
      List<Block> blocks = new ArrayList<>();
      for (String name : names) {
        Sums s = sums.getOrDefault(name, new Sums());
        blocks.add(
            new Block(
                name,
                s.kind,
                s.shape,
                s.parameters,
                s.flops,
                s.inputs.stream().map(names::indexOf).sorted().toList()));
      }
      return blocks;
    }

    /** Names of the blocks; two that read each other stay as they were met. */
    private List<String> operandsFirst() {
      Set<String> left = new LinkedHashSet<>(sums.keySet());
      List<String> order = new ArrayList<>();
      while (!left.isEmpty()) {
        String next =
            left.stream()
                .filter(
                    n -> sums.getOrDefault(n, new Sums()).inputs.stream().noneMatch(left::contains))
                .findFirst()
                .orElseGet(() -> left.iterator().next());
        order.add(next);
        left.remove(next);
      }
      return order;
    }

    private void add(Node node) {
      if (node.op() instanceof Input input) {
        owner.put(node, input.name());
        Sums s = sums.computeIfAbsent(input.name(), n -> new Sums());
        s.kind = "input";
        s.shape = node.shape().toString();
      } else if (!(node.op() instanceof Parameter) && !node.inputs().isEmpty()) {
        String name = name(node);
        if (!name.isEmpty()) {
          owner.put(node, name);
          gather(node, name);
        }
      }
    }

    private void gather(Node node, String name) {
      Sums s = sums.computeIfAbsent(name, n -> new Sums());
      s.flops += Cost.flops(node, sizes);
      // A slice is a part of what the block gives.
      if (!s.kind.equals("input") && !(node.op() instanceof Slice)) {
        s.shape = node.shape().toString();
      }
      for (Node operand : node.inputs()) {
        if (operand.op() instanceof Parameter p && !owner.containsKey(operand)) {
          owner.put(operand, "");
          s.parameters += p.trainable() ? p.shape().count().size() : 0;
        }
        String from = owner.getOrDefault(operand, "");
        if (!from.isEmpty() && !from.equals(name)) {
          s.inputs.add(from);
        }
      }
    }

    /**
     * A node that reads a parameter belongs to the parameter's block; one that reads a single block
     * to that block. Where blocks meet, a gate's mixture is a block of its own, and so is whatever
     * else joins several: a block that held both ends of a path could not be drawn.
     */
    private String name(Node node) {
      Set<String> met = new LinkedHashSet<>();
      for (Node operand : node.inputs()) {
        if (operand.op() instanceof Parameter p) {
          return block.apply(p.name());
        }
        String from = owner.getOrDefault(operand, "");
        if (!from.isEmpty()) {
          met.add(from);
        }
      }
      if (met.size() < 2) {
        return met.isEmpty() ? "" : met.iterator().next();
      }
      return met.stream()
          .filter(name -> name.endsWith(MIX))
          .findFirst()
          .or(() -> met.stream().filter(name -> GATE.matcher(name).find()).findFirst())
          .map(name -> name.endsWith(MIX) ? name : name + MIX)
          .orElseGet(() -> joins.computeIfAbsent(met, m -> "join " + (joins.size() + 1)));
    }
  }
}
