package dev.tandem.scoring;

/**
 * Element-wise loops in single precision, in the form that the compiler vectorises: plain indices,
 * one store. Results may be written over operands.
 */
final class Elements {
  private Elements() {}

  static void relu(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(x[i], 0f);
    }
  }

  static void neg(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = -x[i];
    }
  }

  static void sigmoid(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = FloatMath.sigmoid(x[i]);
    }
  }

  static void tanh(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = FloatMath.tanh(x[i]);
    }
  }

  static void softplus(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) (Math.max(x[i], 0) + Math.log1p(FloatMath.exp(-Math.abs(x[i]))));
    }
  }

  static void sin(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.sin(x[i]);
    }
  }

  static void cos(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.cos(x[i]);
    }
  }

  static void exp(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = FloatMath.exp(x[i]);
    }
  }

  static void log(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.log(x[i]);
    }
  }

  static void sqrt(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.sqrt(x[i]);
    }
  }

  static void abs(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.abs(x[i]);
    }
  }

  static void sign(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.signum(x[i]);
    }
  }

  static void step(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = x[i] > 0 ? 1 : 0;
    }
  }

  static void add(float[] a, float[] b, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] + b[i];
    }
  }

  static void sub(float[] a, float[] b, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] - b[i];
    }
  }

  static void mul(float[] a, float[] b, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] * b[i];
    }
  }

  static void div(float[] a, float[] b, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] / b[i];
    }
  }

  static void equal(float[] a, float[] b, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] == b[i] ? 1 : 0;
    }
  }

  static void select(float[] c, float[] a, float[] b, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = c[i] > 0 ? a[i] : b[i];
    }
  }

  static void softmax(float[] x, float[] y, int rows, int n) {
    for (int r = 0; r < rows; r++) {
      int from = r * n;
      float max = max(x, from, n);
      float sum = 0;
      for (int i = from; i < from + n; i++) {
        float e = FloatMath.exp(x[i] - max);
        y[i] = e;
        sum += e;
      }
      float scale = 1 / sum;
      for (int i = from; i < from + n; i++) {
        y[i] *= scale;
      }
    }
  }

  static void logSoftmax(float[] x, float[] y, int rows, int n) {
    for (int r = 0; r < rows; r++) {
      int from = r * n;
      float max = max(x, from, n);
      double sum = 0;
      for (int i = from; i < from + n; i++) {
        sum += FloatMath.exp(x[i] - max);
      }
      float total = (float) Math.log(sum);
      for (int i = from; i < from + n; i++) {
        y[i] = x[i] - max - total;
      }
    }
  }

  private static float max(float[] x, int from, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + n; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  static void normalise(float[] x, float[] y, int rows, int n, double epsilon) {
    for (int r = 0; r < rows; r++) {
      int from = r * n;
      double sum = 0;
      for (int i = from; i < from + n; i++) {
        sum += x[i];
      }
      double mean = sum / n;
      double squares = 0;
      for (int i = from; i < from + n; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
      }
      double scale = 1 / Math.sqrt(squares / n + epsilon);
      for (int i = from; i < from + n; i++) {
        y[i] = (float) ((x[i] - mean) * scale);
      }
    }
  }
}
