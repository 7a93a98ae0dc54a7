package dev.tandem.balance;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a balancer has learned, for checkpoints: arrays by name. Restoring it continues the training
 * bit for bit.
 *
 * @param doubles small arrays, such as one value per task
 * @param floats large ones, such as a moving average of gradients
 */
public record BalanceState(Map<String, double[]> doubles, Map<String, float[]> floats) {
  /** Copies the maps and the arrays. */
  public BalanceState {
    Map<String, double[]> d = new TreeMap<>();
    doubles.forEach((name, values) -> d.put(name, values.clone()));
    doubles = Collections.unmodifiableMap(d);
    Map<String, float[]> f = new TreeMap<>();
    floats.forEach((name, values) -> f.put(name, values.clone()));
    floats = Collections.unmodifiableMap(f);
  }

  /** The state of a balancer that learns nothing. */
  public static BalanceState empty() {
    return new BalanceState(Map.of(), Map.of());
  }

  /** Small arrays only. */
  static BalanceState of(Map<String, double[]> doubles) {
    return new BalanceState(doubles, Map.of());
  }

  /**
   * Copies a small array into {@code into}.
   *
   * @throws IllegalArgumentException if it is missing or of another length
   */
  void read(String name, double[] into) {
    double[] values = doubles.get(name);
    require(name, values == null ? -1 : values.length, into.length);
    System.arraycopy(values, 0, into, 0, into.length);
  }

  /** Copies a large array into {@code into}. */
  void read(String name, float[] into) {
    float[] values = floats.get(name);
    require(name, values == null ? -1 : values.length, into.length);
    System.arraycopy(values, 0, into, 0, into.length);
  }

  private void require(String name, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "the balancer's state '"
              + name
              + "' "
              + (found < 0 ? "is missing" : "has " + found + " values")
              + " where "
              + expected
              + " are expected; there are "
              + Arrays.toString(doubles.keySet().toArray())
              + Arrays.toString(floats.keySet().toArray())
              + ". Was it written with other tasks or options?");
    }
  }
}
