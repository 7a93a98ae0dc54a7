package dev.tandem.graph;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/** How a parameter starts. */
public sealed interface Init {
  /** All elements equal. */
  record Fill(double value) implements Init {}

  /** Glorot and Bengio's uniform: ±sqrt(6 / (fanIn + fanOut)). */
  record Glorot(int fanIn, int fanOut) implements Init {}

  /** Normal of mean 0. */
  record Normal(double sd) implements Init {}

  /** Uniform over [low, high). */
  record Uniform(double low, double high) implements Init {}

  /** Given values, in row-major order. */
  record Values(java.util.List<Double> values) implements Init {}

  Init ZEROS = new Fill(0);
  Init ONES = new Fill(1);

  /**
   * The starting values of a parameter: a function of the run's seed and the parameter's name
   * alone.
   */
  static float[] draw(Parameter parameter, long seed) {
    int n = parameter.shape().count().size();
    float[] w = new float[n];
    CRC32 crc = new CRC32();
    crc.update(parameter.name().getBytes(StandardCharsets.UTF_8));
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + crc.getValue());
    Init init = parameter.init();
    for (int i = 0; i < n; i++) {
      w[i] = (float) next(init, i, random);
    }
    return w;
  }

  private static double next(Init init, int i, SplittableRandom random) {
    if (init instanceof Fill fill) {
      return fill.value();
    } else if (init instanceof Glorot glorot) {
      double limit = Math.sqrt(6.0 / (glorot.fanIn() + glorot.fanOut()));
      return (2 * random.nextDouble() - 1) * limit;
    } else if (init instanceof Normal normal) {
      double u = 1 - random.nextDouble();
      return normal.sd()
          * StrictMath.sqrt(-2 * StrictMath.log(u))
          * StrictMath.cos(2 * Math.PI * random.nextDouble());
    } else if (init instanceof Uniform uniform) {
      return uniform.low() + (uniform.high() - uniform.low()) * random.nextDouble();
    } else {
      return ((Values) init).values().get(i);
    }
  }
}
