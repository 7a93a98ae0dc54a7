package dev.tandem.scoring;

/**
 * Exponential functions in single precision, accurate to about one unit in the last place or two.
 */
final class FloatMath {
  private static final float LOG2_E = 1.442695f;
  // ln 2 in two parts: the first has few bits, so that its multiples are exact
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.1219444e-4f;
  private static final float LARGEST = 88.72284f;
  private static final float SMALLEST = -87.33654f;

  private FloatMath() {}

  /**
   * e to the x: a power of two times a polynomial on [-ln 2 / 2, ln 2 / 2]; 0 below e to the -87.
   */
  static float exp(float x) {
    if (!(x > SMALLEST)) {
      return x <= SMALLEST ? 0 : x;
    }
    if (x > LARGEST) {
      return Float.POSITIVE_INFINITY;
    }
    float scaled = x * LOG2_E;
    int n = (int) (scaled + (scaled >= 0 ? 0.5f : -0.5f));
    float r = x - n * LN2_HIGH - n * LN2_LOW;
    float p = 1f / 5040;
    p = p * r + 1f / 720;
    p = p * r + 1f / 120;
    p = p * r + 1f / 24;
    p = p * r + 1f / 6;
    p = p * r + 0.5f;
    p = p * r * r + r + 1;
    // in two steps: 2 to the 128 is beyond the range, the product need not be
    int half = n >> 1;
    return p
        * Float.intBitsToFloat((half + 127) << 23)
        * Float.intBitsToFloat((n - half + 127) << 23);
  }

  static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  static float tanh(float x) {
    float a = Math.abs(x);
    if (a < 0.1f) { // here 1 - e would cancel
      float s = x * x;
      return x * (1 + s * (-1f / 3 + s * (2f / 15 - s * (17f / 315))));
    }
    float e = exp(-2 * a);
    return Math.copySign((1 - e) / (1 + e), x);
  }
}
