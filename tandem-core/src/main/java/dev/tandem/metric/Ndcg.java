package dev.tandem.metric;

import java.util.Arrays;

/**
 * Normalised discounted cumulative gain of each group's first {@code k} rows, averaged over the
 * groups (Järvelin and Kekäläinen, 2002). Discount 1/log2(rank + 1); the ideal list is cut at
 * {@code k} too; equal scores rank in the order of the rows. Groups without gain are left out, or
 * count 0. Row weights play no part.
 *
 * @param k ranks looked at, at least 1
 * @param linear gain is the label itself instead of 2^label − 1 (the same for labels 0 and 1)
 * @param emptyAsZero groups without any positive label count 0 instead of being left out
 */
public record Ndcg(int k, boolean linear, boolean emptyAsZero) implements GroupMetric {
  /** The first ten ranks, exponential gain, groups without positives left out. */
  public Ndcg() {
    this(10, false, false);
  }

  /** Refuses {@code k} below 1. */
  public Ndcg {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + "; it must be at least 1");
    }
  }

  @Override
  public String name() {
    return "ndcg@" + k;
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
      values[g] = ofGroup(rows, groups.order(), groups.start(g), groups.end(g));
    }
    return new Values(values, weights);
  }

  private double ofGroup(Rows rows, int[] order, int from, int to) {
    double[] relevance = new double[to - from];
    for (int i = 0; i < relevance.length; i++) {
      relevance[i] = rows.label(order[from + i]);
    }
    return ofRanked(relevance);
  }

  /** NDCG of one list of labels, best score first; NaN (or 0) without gain. */
  public double ofRanked(double[] relevance) {
    double[] ideal = relevance.clone();
    Arrays.sort(ideal);
    double got = 0;
    double best = 0;
    for (int rank = 0; rank < Math.min(k, ideal.length); rank++) {
      double discount = Math.log(2) / Math.log(rank + 2);
      got += gain(relevance[rank]) * discount;
      best += gain(ideal[ideal.length - 1 - rank]) * discount;
    }
    if (best > 0) {
      return got / best;
    }
    return emptyAsZero ? 0 : Double.NaN;
  }

  private double gain(double relevance) {
    return linear ? relevance : Math.pow(2, relevance) - 1;
  }
}
