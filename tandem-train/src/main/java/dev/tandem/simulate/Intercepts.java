package dev.tandem.simulate;

/** Constants of the log-odds for which the behaviours happen at the rates asked for. */
final class Intercepts {
  private static final int SAMPLE = 20_000;

  private Intercepts() {}

  /** Solves the constants on a sample of the log's own rows, one behaviour after the other. */
  static double[] solve(World world) {
    Simulation s = world.simulation;
    Funnel funnel = new Funnel(s);
    Impressions impressions = new Impressions(world, new double[World.STAGES]);
    int n = (int) Math.min(SAMPLE, s.rows());
    double[][] logits = new double[World.STAGES][n];
    for (int i = 0; i < n; i++) {
      impressions.draw(s.rows() / n * i);
      for (int k = 0; k < World.STAGES; k++) {
        logits[k][i] = impressions.logits[k];
      }
    }
    double[] solved = new double[World.STAGES];
    double[][][] reach = new double[2][World.STAGES][n]; // by mood
    for (Behaviour b : Behaviour.values()) {
      int k = b.index();
      double low = -40;
      double high = 40;
      for (int step = 0; step < 60; step++) {
        solved[k] = (low + high) / 2;
        double happened = 0;
        double possible = 0;
        for (int mood = 0; mood < 2; mood++) {
          double shift = solved[k] + (2 * mood - 1) * s.confounding();
          for (int i = 0; i < n; i++) {
            double above = b.above() < 0 ? 1 : reach[mood][b.above()][i];
            reach[mood][k][i] = above * funnel.coin(k, logits[k][i] + shift);
            happened += reach[mood][k][i];
            possible += above;
          }
        }
        if (happened < s.rate(b) * possible) {
          low = solved[k];
        } else {
          high = solved[k];
        }
      }
    }
    return solved;
  }
}
