package dev.tandem.simulate;

import dev.tandem.parquet.Columns;

/**
 * From log-odds to behaviours, with their exact probabilities. A behaviour happens where its parent
 * happened and its own coin says so. A hidden mood z = ±1, each with probability one half, adds
 * {@code confounding · z} to all log-odds of a row: it makes those who click more likely to go on
 * than the features say, which is what biases a model trained on clicked rows alone. Per behaviour:
 *
 * <ul>
 *   <li>{@code p_b}: probability that the label is 1, given the features
 *   <li>{@code p_b_given_parent}: the same among rows where the parent happened
 *   <li>{@code p_b_if_parent}: the probability if the parent were made to happen on this row; equal
 *       to the former without confounding
 * </ul>
 */
final class Funnel {
  private static final int STAGES = World.STAGES;
  private static final Behaviour[] BEHAVIOURS = Behaviour.values();

  private final double confounding;
  private final double noise;
  private final double missing;
  private final double[] rates = new double[STAGES];

  private final double[] low = new double[STAGES];
  private final double[] high = new double[STAGES];
  private final double[] lowReach = new double[STAGES];
  private final double[] highReach = new double[STAGES];

  /** Probability of the label. */
  final double[] joint = new double[STAGES];

  /** Probability given that the parent happened. */
  final double[] given = new double[STAGES];

  /** Probability if the parent were made to happen. */
  final double[] intervened = new double[STAGES];

  /** What each coin shows, whether or not the parent happened. */
  final int[] potential = new int[STAGES];

  /** 0 or 1, or −1 where not observed. */
  final int[] labels = new int[STAGES];

  Funnel(Simulation s) {
    confounding = s.confounding();
    noise = s.noise();
    missing = s.missing();
    for (Behaviour b : BEHAVIOURS) {
      rates[b.index()] = s.rate(b);
    }
  }

  /** Probability of behaviour {@code k} by its own coin, at given log-odds. */
  double coin(int k, double logit) {
    return (1 - noise) / (1 + Math.exp(-logit)) + noise * rates[k];
  }

  void happen(double[] logits, Draws d) {
    boolean mood = confounding > 0 && d.uniform() < 0.5;
    for (int k = 0; k < STAGES; k++) {
      int above = BEHAVIOURS[k].above();
      high[k] = coin(k, logits[k] + confounding);
      low[k] = confounding > 0 ? coin(k, logits[k] - confounding) : high[k];
      double highAbove = above < 0 ? 1 : highReach[above];
      double lowAbove = above < 0 ? 1 : lowReach[above];
      highReach[k] = highAbove * high[k];
      lowReach[k] = lowAbove * low[k];
      joint[k] = (highReach[k] + lowReach[k]) / 2;
      double reach = (highAbove + lowAbove) / 2;
      given[k] = reach > 0 ? joint[k] / reach : 0;
      intervened[k] = (high[k] + low[k]) / 2;
      potential[k] = d.uniform() < (mood ? high[k] : low[k]) ? 1 : 0;
      labels[k] = above < 0 ? potential[k] : labels[above] * potential[k];
    }
    for (int k = 0; missing > 0 && k < STAGES; k++) {
      labels[k] = d.uniform() < missing ? -1 : labels[k];
    }
  }

  void truth(long row, Columns to) {
    int c = 0;
    to.at(c++).putLong(row);
    for (int k = 0; k < STAGES; k++) {
      to.at(c++).putFloat((float) joint[k]);
    }
    for (int k = 1; k < STAGES; k++) {
      to.at(c++).putFloat((float) given[k]);
    }
    for (int k = 1; k < STAGES; k++) {
      to.at(c++).putFloat((float) intervened[k]);
      to.at(c++).putByte(potential[k]);
    }
  }
}
