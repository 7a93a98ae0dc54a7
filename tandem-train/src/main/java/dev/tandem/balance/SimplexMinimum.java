package dev.tandem.balance;

/**
 * Minima over the simplex of convex functions of g_w = Σ w_i g_i: the shortest vector of the convex
 * hull (MGDA) and CAGrad's g_w·g₀ + r‖g_w‖. Moves weight between the pair of tasks that violates
 * optimality most, exactly along that line, until no pair gains: a step costs O(K) and nothing
 * depends on P.
 */
final class SimplexMinimum {
  private static final int MOST_STEPS = 200_000;

  private final double[][] gram;
  private final double[] linear;
  private final double radius;
  private final double[] w;
  private final double[] gw; // g_w · g_i

  private SimplexMinimum(double[][] gram, double[] linear, double radius) {
    this.gram = gram;
    this.linear = linear;
    this.radius = radius;
    w = Weights.equal(gram.length);
    gw = Weights.times(gram, w);
  }

  /** The weights of the shortest convex combination. */
  static double[] shortest(double[][] gram) {
    return new SimplexMinimum(gram, new double[gram.length], 0).solve();
  }

  /** The weights that minimise linear·w + radius·‖g_w‖, radius positive. */
  static double[] of(double[][] gram, double[] linear, double radius) {
    return new SimplexMinimum(gram, linear, radius).solve();
  }

  private double[] solve() {
    for (int step = 0; step < MOST_STEPS; step++) {
      // Rebuilt each time: running updates would let rounding decide when to stop.
      double[] fresh = Weights.times(gram, w);
      System.arraycopy(fresh, 0, gw, 0, fresh.length);
      double square = Weights.dot(w, gw);
      double slope = radius == 0 ? 1 : square > 0 ? radius / Math.sqrt(square) : 0;
      int to = 0;
      int from = -1;
      for (int i = 0; i < w.length; i++) {
        if (gradient(i, slope) < gradient(to, slope)) {
          to = i;
        }
        if (w[i] > 0 && (from < 0 || gradient(i, slope) > gradient(from, slope))) {
          from = i;
        }
      }
      double gap = gradient(from, slope) - gradient(to, slope);
      double scale = Math.abs(gradient(from, slope)) + Math.abs(gradient(to, slope));
      if (from == to || gap <= 1e-16 * scale || !move(from, to, square)) {
        break;
      }
    }
    return w;
  }

  private double gradient(int i, double slope) {
    return linear[i] + slope * gw[i];
  }

  /** Moves the best amount t in [0, w_from]; false when that changes nothing. */
  private boolean move(int from, int to, double square) {
    double a = linear[to] - linear[from];
    double b = gw[to] - gw[from];
    double c = gram[to][to] + gram[from][from] - 2 * gram[to][from];
    double t = radius == 0 ? (c > 0 ? -b / c : w[from]) : lineMinimum(a, b, c, square);
    double moved = Math.max(0, Math.min(t, w[from]));
    double before = w[to];
    w[from] = moved == w[from] ? 0 : w[from] - moved;
    w[to] += moved;
    return w[to] != before;
  }

  /** The t at which a + r(b + ct)/√(n² + 2bt + ct²) is 0; the ends where it has one sign. */
  private double lineMinimum(double a, double b, double c, double square) {
    if (c <= 0 || Math.abs(a) >= radius * Math.sqrt(c)) {
      return a < 0 ? Double.POSITIVE_INFINITY : 0;
    }
    // With x = b + ct and q = n²c − b²: x = −a·√(q / (r²c − a²)).
    double q = Math.max(0, square * c - b * b);
    double x = -a * Math.sqrt(q / (radius * radius * c - a * a));
    return (x - b) / c;
  }
}
