package dev.tandem.metric;

import com.fasterxml.jackson.databind.JsonNode;

/** Numbers of a JSON node as Java arrays. */
final class Json {
  private Json() {}

  /** A list of numbers, or the {@code data} of a {@code {shape, data}} array. */
  static double[] doubles(JsonNode node) {
    JsonNode list = node.has("data") ? node.get("data") : node;
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).isNumber() ? list.get(i).doubleValue() : Double.NaN;
    }
    return values;
  }

  static float[] floats(JsonNode node) {
    double[] values = doubles(node);
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  static int[] ints(JsonNode node) {
    double[] values = doubles(node);
    int[] whole = new int[values.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (int) values[i];
    }
    return whole;
  }
}
