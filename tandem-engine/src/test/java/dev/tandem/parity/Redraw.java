package dev.tandem.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;

/**
 * New cases out of given ones: the same configuration over other numbers, so that single precision
 * is tried on more than the cases that happen to be there. What a redrawn case expects comes from
 * the double-precision reference, which the given cases hold to 1e-9.
 */
public final class Redraw {
  private static final int TRIES = 8;

  private Redraw() {}

  /**
   * The case with other numbers: every array of parameters and inputs from a normal distribution of
   * its own mean and deviation, every column of labels in another order. Masks and what belongs to
   * the configuration stay.
   *
   * @param seed which redraw; the same seed gives the same numbers
   */
  public static ParityCase of(ParityCase one, Family family, long seed) {
    SplittableRandom random =
        new SplittableRandom(31 * seed + one.line()).split(); // neighbours are strangers
    ObjectNode json = one.json().deepCopy();
    for (String part : List.of("params", "inputs")) {
      each(json.get(part), array -> redraw(array, random));
    }
    each(json.get("labels"), array -> shuffle(array, random));
    String file = one.file() + " redraw " + seed;
    return Comparison.answered(new ParityCase(file, one.line(), json), family);
  }

  /**
   * How far the double-precision reference is from what a case expects when nothing but the case's
   * own numbers are in single precision: the worst of rounding them to the nearest one and of some
   * tries with each rounded up or down at random. No arithmetic in single precision can be blamed
   * for an error of that size.
   */
  public static double conditioning(ParityCase one, Family family) {
    SplittableRandom random = new SplittableRandom(one.line());
    double worst = effect(one, family, v -> (float) v);
    for (int i = 0; i < TRIES; i++) {
      worst = Math.max(worst, effect(one, family, v -> eitherWay(v, random)));
    }
    return worst;
  }

  /** The error of the reference over rounded numbers. */
  private static double effect(ParityCase one, Family family, DoubleUnaryOperator round) {
    return Comparison.worst(
            one,
            family,
            (graph, leaves) -> {
              Map<String, Tensor> rounded = new TreeMap<>(leaves); // in an order that stays
              rounded.replaceAll(
                  (name, value) ->
                      new Tensor(Arrays.stream(value.data()).map(round).toArray(), value.shape()));
              return Reference.run(graph, rounded);
            })
        .error();
  }

  private static double eitherWay(double value, SplittableRandom random) {
    float near = (float) value;
    if (near == value) {
      return value;
    }
    float other = near < value ? Math.nextUp(near) : Math.nextDown(near);
    return random.nextBoolean() ? near : other;
  }

  /** The arrays below a node, wherever they are, in the order of the file. */
  private static void each(JsonNode node, Consumer<ObjectNode> visit) {
    if (node instanceof ObjectNode array && array.has("shape") && array.has("data")) {
      visit.accept(array);
    } else if (node.isContainerNode()) {
      node.forEach(child -> each(child, visit));
    }
  }

  private static void redraw(ObjectNode array, SplittableRandom random) {
    double[] values = values(array);
    double mean = Arrays.stream(values).average().orElse(0);
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
    double deviation = values.length > 1 ? Math.sqrt(variance) : Math.abs(mean) / 4;
    put(array, Arrays.stream(values).map(v -> mean + deviation * random.nextGaussian()));
  }

  private static void shuffle(ObjectNode array, SplittableRandom random) {
    double[] values = values(array);
    int columns = array.get("shape").size() > 1 ? array.get("shape").get(1).asInt() : 1;
    for (int row = values.length / columns - 1; row > 0; row--) {
      for (int column = 0; column < columns; column++) {
        int a = row * columns + column;
        int b = random.nextInt(row + 1) * columns + column;
        double kept = values[a];
        values[a] = values[b];
        values[b] = kept;
      }
    }
    put(array, Arrays.stream(values));
  }

  private static double[] values(ObjectNode array) {
    return StreamSupport.stream(array.get("data").spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static void put(ObjectNode array, DoubleStream values) {
    ArrayNode data = array.putArray("data");
    values.forEach(data::add);
  }
}
