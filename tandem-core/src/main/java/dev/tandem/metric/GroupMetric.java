package dev.tandem.metric;

/**
 * A metric that is a weighted mean of one value per group. Groups for which the value is undefined
 * are left out of the mean.
 */
interface GroupMetric extends Metric {
  /** The value and the weight of each group, groups by rising number. */
  Values perGroup(Rows rows);

  @Override
  default boolean appliesTo(Rows rows) {
    return rows.kind() == LabelKind.BINARY && rows.isGrouped();
  }

  @Override
  default Measured measure(Rows rows) {
    Groups groups = rows.groups();
    Values values = perGroup(rows);
    long kept = 0;
    long rowsKept = 0;
    for (int g = 0; g < groups.count(); g++) {
      if (values.defined(g)) {
        kept++;
        rowsKept += groups.end(g) - groups.start(g);
      }
    }
    java.util.Map<String, Double> details = new java.util.LinkedHashMap<>();
    details.put("groups", (double) groups.count());
    details.put("groups_kept", (double) kept / groups.count());
    details.put("rows_kept", (double) rowsKept / rows.count());
    return new Measured(values.mean(), rowsKept, details);
  }

  /** One value, NaN where undefined, and one weight per group. */
  final class Values {
    private final double[] values;
    private final double[] weights;

    Values(double[] values, double[] weights) {
      this.values = values;
      this.weights = weights;
    }

    int count() {
      return values.length;
    }

    double value(int group) {
      return values[group];
    }

    boolean defined(int group) {
      return !Double.isNaN(values[group]);
    }

    double mean() {
      Sum sum = new Sum();
      Sum weight = new Sum();
      for (int g = 0; g < values.length; g++) {
        if (defined(g)) {
          sum.add(weights[g] * values[g]);
          weight.add(weights[g]);
        }
      }
      return sum.value() / weight.value();
    }

    /** The mean with each group drawn {@code times[g]} times. */
    double mean(int[] times) {
      double sum = 0;
      double weight = 0;
      for (int g = 0; g < values.length; g++) {
        if (defined(g)) {
          sum += times[g] * weights[g] * values[g];
          weight += times[g] * weights[g];
        }
      }
      return sum / weight;
    }
  }
}
