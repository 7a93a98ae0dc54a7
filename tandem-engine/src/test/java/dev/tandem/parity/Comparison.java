package dev.tandem.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Runs a case and compares all that it expects: outputs, losses and gradients. */
public final class Comparison {
  private static final List<String> EXPECTATIONS =
      List.of("outputs", "losses", "grads", "gradsPerTask", "gateGradientsPlain");

  private final ParityCase one;
  private final Map<String, Node> results;
  private final Map<String, Tensor> leaves = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private Worst worst = new Worst(0, "nothing");
  private int compared;

  /**
   * Where a case is off most.
   *
   * @param error |a - b| / (1e-3 + |b|)
   * @param what the quantity, what it is and what it should be
   */
  public record Worst(double error, String what) {}

  private Comparison(ParityCase one, Wiring wiring) {
    this.one = one;
    this.results = new LinkedHashMap<>(wiring.results());
    Graph forward = new Graph(results);
    Map<String, Node> wrt = new LinkedHashMap<>(); // case's name → leaf
    for (Parameter parameter : forward.parameters()) {
      Optional<String> name = caseName(parameter.name());
      if (name.isEmpty()) {
        problems.add("the case has no value for parameter " + parameter.name());
        continue;
      }
      put(parameter.name(), ParityCase.tensor(one.json().get("params").get(name.get())));
      wrt.put(name.get(), forward.leaf(parameter.name()).orElseThrow());
    }
    for (Iterator<String> names = one.json().get("params").fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!wrt.containsKey(name) && !isUnread(name)) {
        problems.add("no parameter of the graph is " + name);
      }
    }
    wiring.feeds().forEach(this::put);
    for (Input input : forward.inputs()) {
      if (!leaves.containsKey(input.name())) {
        problems.add("the family feeds no value for input " + input.name());
      }
    }
    if (problems.isEmpty()) {
      gradients("grads.", "losses.total", wrt, wiring);
      for (int k = 0; k < one.json().path("gradsPerTask").size(); k++) {
        gradients("gradsPerTask." + k + ".", "losses.perTask." + k, wrt, wiring);
      }
      shape(new Graph(results));
    }
  }

  /**
   * What differs, one line each; empty when the case holds.
   *
   * @param one the case
   * @param family builds it
   * @param engine evaluates a graph: (graph, leaves by name) → outputs by name
   * @param tolerance limit of |a - b| / (1e-3 + |b|)
   */
  public static List<String> problems(
      ParityCase one,
      Family family,
      BiFunction<Graph, Map<String, Tensor>, Map<String, Tensor>> engine,
      double tolerance) {
    Comparison comparison = new Comparison(one, family.wire(one));
    comparison.run(engine, tolerance);
    return comparison.problems;
  }

  /** The quantity that is off most; what could not be compared is off without limit. */
  public static Worst worst(
      ParityCase one,
      Family family,
      BiFunction<Graph, Map<String, Tensor>, Map<String, Tensor>> engine) {
    Comparison comparison = new Comparison(one, family.wire(one));
    comparison.run(engine, Double.POSITIVE_INFINITY);
    if (!comparison.problems.isEmpty()) {
      return new Worst(Double.POSITIVE_INFINITY, comparison.problems.get(0));
    }
    return comparison.worst;
  }

  private void run(
      BiFunction<Graph, Map<String, Tensor>, Map<String, Tensor>> engine, double tolerance) {
    if (!problems.isEmpty()) {
      return;
    }
    Map<String, Tensor> found = engine.apply(new Graph(results), leaves);
    for (String part : EXPECTATIONS) {
      JsonNode expected = one.json().path(part);
      if (!expected.isMissingNode() && !expected.isNull()) {
        compare(part, expected, found, tolerance);
      }
    }
    if (compared == 0) {
      problems.add("nothing to compare");
    }
  }

  /** The case with the reference's results as what it expects; nothing else of it changes. */
  static ParityCase answered(ParityCase one, Family family) {
    Comparison comparison = new Comparison(one, family.wire(one));
    if (!comparison.problems.isEmpty()) {
      throw new IllegalArgumentException(one + ": " + comparison.problems);
    }
    Map<String, Tensor> found = Reference.run(new Graph(comparison.results), comparison.leaves);
    ObjectNode json = one.json().deepCopy();
    for (String part : EXPECTATIONS) {
      if (json.hasNonNull(part)) {
        json.set(part, answer(part, json.get(part), found));
      }
    }
    return new ParityCase(one.file(), one.line(), json);
  }

  /** What was found, laid out like what was expected. */
  private static JsonNode answer(String path, JsonNode expected, Map<String, Tensor> found) {
    if (ParityCase.isNumeric(expected)) {
      double[] values = gather(path, found);
      if (values.length == 0) {
        return expected; // zeros, as the model does not read it
      }
      ObjectNode array = JsonNodeFactory.instance.objectNode();
      array.putArray("shape").add(values.length);
      ArrayNode data = array.putArray("data");
      Arrays.stream(values).forEach(data::add);
      return array;
    }
    JsonNode copy = expected.deepCopy();
    if (copy instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, answer(path + "." + i, expected.get(i), found));
      }
    } else if (copy instanceof ObjectNode map) {
      expected
          .fieldNames()
          .forEachRemaining(
              name -> map.set(name, answer(path + "." + name, expected.get(name), found)));
    }
    return copy;
  }

  /** Whether the case itself says that nothing depends on a parameter. */
  private boolean isUnread(String name) {
    JsonNode gradient = one.json().path("grads").path(name);
    return ParityCase.isNumeric(gradient) && isZero(ParityCase.tensor(gradient).data());
  }

  private static boolean isZero(double[] values) {
    return Arrays.stream(values).allMatch(v -> v == 0);
  }

  /** The longest name of the case that is this parameter's name or the end of it. */
  private Optional<String> caseName(String parameter) {
    JsonNode params = one.json().get("params");
    for (String name = parameter; ; name = name.substring(name.indexOf('.') + 1)) {
      if (params.has(name)) {
        return Optional.of(name);
      }
      if (name.indexOf('.') < 0) {
        return Optional.empty();
      }
    }
  }

  private void put(String leaf, Tensor value) {
    leaves.put(leaf, value);
  }

  private void gradients(String prefix, String loss, Map<String, Node> wrt, Wiring wiring) {
    Node of = results.get(loss);
    if (of == null) {
      problems.add("the family gives no " + loss);
      return;
    }
    Map<String, Node> all = new LinkedHashMap<>(wrt);
    Graph forward = new Graph(wiring.results());
    wiring
        .inputs()
        .forEach(
            (name, part) -> forward.leaf(part.input()).ifPresent(n -> all.put("input." + name, n)));
    Map<Node, Node> gradients = Gradients.of(of, all.values());
    all.forEach(
        (name, leaf) -> {
          Node gradient = gradients.get(leaf);
          if (name.startsWith("input.")) {
            Wiring.Part part = wiring.inputs().get(name.substring("input.".length()));
            gradient = part == null ? gradient : part.of().apply(gradient);
          }
          results.put(prefix + name, gradient);
        });
  }

  /** Values in the case's layout are laid out as the graph wants them. */
  private void shape(Graph graph) {
    Map<String, Integer> sizes = new HashMap<>();
    for (Input input : graph.inputs()) {
      Tensor value = leaves.get(input.name());
      for (int i = 0; i < input.shape().rank() && value != null; i++) {
        if (!input.shape().dim(i).isStatic() && i < value.rank()) {
          sizes.putIfAbsent(input.shape().dim(i).toString(), value.shape()[i]);
        }
      }
    }
    graph.inputs().forEach(i -> reshape(i.name(), i.shape().resolve(sizes)));
    graph.parameters().forEach(p -> reshape(p.name(), p.shape().resolve(sizes)));
  }

  private void reshape(String leaf, int[] shape) {
    leaves.computeIfPresent(leaf, (name, value) -> new Tensor(value.data(), shape));
  }

  private void compare(
      String path, JsonNode expected, Map<String, Tensor> found, double tolerance) {
    if (ParityCase.isNumeric(expected)) {
      compare(path, ParityCase.tensor(expected), gather(path, found), tolerance);
    } else if (expected.isArray()) {
      for (int i = 0; i < expected.size(); i++) {
        compare(path + "." + i, expected.get(i), found, tolerance);
      }
    } else if (expected.isObject()) {
      expected
          .fieldNames()
          .forEachRemaining(
              name -> compare(path + "." + name, expected.get(name), found, tolerance));
    } else if (!expected.isNull()) {
      problems.add(path + " is neither numbers nor a list nor a map: " + expected);
    }
  }

  private void compare(String path, Tensor expected, double[] found, double tolerance) {
    compared++;
    double[] wanted = expected.data();
    if (found.length == 0 && path.contains("rads") && isZero(wanted)) {
      return; // the model does not read it
    }
    if (found.length == 0 && wanted.length > 0) {
      problems.add("the family gives no " + path);
      return;
    }
    if (found.length != wanted.length) {
      problems.add(path + " has " + found.length + " numbers instead of " + wanted.length);
      return;
    }
    double most = 0;
    int at = -1;
    for (int i = 0; i < wanted.length; i++) {
      boolean undefined = Double.isNaN(wanted[i]) && Double.isNaN(found[i]);
      double error = Math.abs(found[i] - wanted[i]) / (1e-3 + Math.abs(wanted[i]));
      if (!undefined && !(error <= most)) {
        most = error;
        at = i;
      }
    }
    if (at < 0) {
      return;
    }
    String what = path + "[" + at + "] is " + found[at] + " instead of " + wanted[at];
    if (!(most <= worst.error())) {
      worst = new Worst(most, what);
    }
    if (!(most < tolerance)) {
      problems.add(what + ", off by " + most);
    }
  }

  /** The numbers behind a path, or behind {@code path.0}, {@code path.1} … one after the other. */
  private static double[] gather(String path, Map<String, Tensor> found) {
    Tensor whole = found.get(path);
    if (whole != null) {
      return whole.data();
    }
    List<double[]> parts = new ArrayList<>();
    for (int i = 0; ; i++) {
      double[] part = exists(path + "." + i, found) ? gather(path + "." + i, found) : new double[0];
      if (part.length == 0) {
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
      }
      parts.add(part);
    }
  }

  private static boolean exists(String path, Map<String, Tensor> found) {
    return found.containsKey(path)
        || found.keySet().stream().anyMatch(name -> name.startsWith(path + "."));
  }
}
