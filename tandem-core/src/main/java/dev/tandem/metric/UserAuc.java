package dev.tandem.metric;

import java.util.Arrays;

/** uAUC: the plain mean of the groups' AUCs over the groups that have both classes. */
public record UserAuc() implements GroupMetric {
  @Override
  public String name() {
    return "uauc";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public Values perGroup(Rows rows) {
    Groups groups = rows.groups();
    double[] values = new double[groups.count()];
    double[] weights = new double[groups.count()];
    Arrays.fill(weights, 1);
    for (int g = 0; g < values.length; g++) {
      values[g] = Auc.of(rows, groups.order(), groups.start(g), groups.end(g));
    }
    return new Values(values, weights);
  }
}
