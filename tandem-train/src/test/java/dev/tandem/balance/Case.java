package dev.tandem.balance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/** Arrays of a parity case, and sums over them in double. */
final class Case {
  private Case() {}

  /** A number, a list of numbers, or the {@code data} of a {@code {shape, data}} array. */
  static double[] vector(JsonNode node) {
    if (node.isNumber()) {
      return new double[] {node.doubleValue()};
    }
    JsonNode list = node.has("data") ? node.get("data") : node;
    double[] values = new double[list.size()];
    Arrays.setAll(values, i -> list.get(i).doubleValue());
    return values;
  }

  static double[][] matrix(JsonNode node) {
    double[] flat = vector(node);
    int rows = node.get("shape").get(0).intValue();
    int columns = node.get("shape").get(1).intValue();
    double[][] matrix = new double[rows][];
    Arrays.setAll(matrix, r -> Arrays.copyOfRange(flat, r * columns, (r + 1) * columns));
    return matrix;
  }

  static double[] flat(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
  }

  static double[][] gram(double[][] g) {
    double[][] gram = new double[g.length][g.length];
    for (int i = 0; i < g.length; i++) {
      for (int j = 0; j < g.length; j++) {
        gram[i][j] = Weights.dot(g[i], g[j]);
      }
    }
    return gram;
  }

  /** Σ α_i g_i. */
  static double[] sum(double[] alpha, double[][] g) {
    double[] d = new double[g[0].length];
    for (int i = 0; i < g.length; i++) {
      for (int p = 0; p < d.length; p++) {
        d[p] += alpha[i] * g[i][p];
      }
    }
    return d;
  }

  static float[][] floats(double[][] g) {
    float[][] floats = new float[g.length][g[0].length];
    for (int i = 0; i < g.length; i++) {
      for (int p = 0; p < g[i].length; p++) {
        floats[i][p] = (float) g[i][p];
      }
    }
    return floats;
  }

  static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
