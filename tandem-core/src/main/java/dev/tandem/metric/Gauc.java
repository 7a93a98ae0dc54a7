package dev.tandem.metric;

/**
 * Group AUC (Zhu et al., KDD 2017): the mean of the groups' AUCs, weighted by impressions or by
 * clicks, over the groups that have both classes. Says which share of groups and rows that is.
 *
 * @param byClicks weigh a group by its positives instead of its rows
 */
public record Gauc(boolean byClicks) implements GroupMetric {
  /** Weighted by impressions. */
  public Gauc() {
    this(false);
  }

  @Override
  public String name() {
    return byClicks ? "gauc_clicks" : "gauc";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public Values perGroup(Rows rows) {
    Groups groups = rows.groups();
    int[] order = groups.order();
    double[] values = new double[groups.count()];
    double[] weights = new double[groups.count()];
    for (int g = 0; g < values.length; g++) {
      values[g] = Auc.of(rows, order, groups.start(g), groups.end(g));
      for (int at = groups.start(g); at < groups.end(g); at++) {
        double weight = rows.weight(order[at]);
        weights[g] += byClicks ? weight * rows.label(order[at]) : weight;
      }
    }
    return new Values(values, weights);
  }
}
