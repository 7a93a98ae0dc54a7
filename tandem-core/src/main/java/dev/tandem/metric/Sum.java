package dev.tandem.metric;

/**
 * A compensated running sum (Neumaier): twenty million terms lose no more than a few units in the
 * last place, whatever their order of magnitude. Not thread-safe.
 */
final class Sum {
  private double sum;
  private double lost;

  void add(double term) {
    double next = sum + term;
    if (Math.abs(sum) >= Math.abs(term)) {
      lost += (sum - next) + term;
    } else {
      lost += (term - next) + sum;
    }
    sum = next;
  }

  double value() {
    return sum + lost;
  }
}
