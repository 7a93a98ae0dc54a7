package dev.tandem.metric;

/** The weighted squared distance between scores and labels, which several metrics share. */
final class SquaredError {
  private SquaredError() {}

  static double sum(Rows rows) {
    Sum sum = new Sum();
    for (int i = 0; i < rows.count(); i++) {
      double error = rows.score(i) - rows.label(i);
      sum.add(rows.weight(i) * error * error);
    }
    return sum.value();
  }

  static double mean(Rows rows) {
    return sum(rows) / rows.totalWeight();
  }
}
