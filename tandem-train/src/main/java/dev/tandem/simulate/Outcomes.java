package dev.tandem.simulate;

/** Labels and probabilities of some rows, kept for judging. Not thread-safe. */
final class Outcomes {
  final byte[][] labels;
  final float[][] joint;
  final float[][] given;
  int rows;

  Outcomes(int capacity) {
    labels = new byte[World.STAGES][capacity];
    joint = new float[World.STAGES][capacity];
    given = new float[World.STAGES][capacity];
  }

  void add(Funnel row) {
    for (int k = 0; k < World.STAGES; k++) {
      labels[k][rows] = (byte) row.labels[k];
      joint[k][rows] = (float) row.joint[k];
      given[k][rows] = (float) row.given[k];
    }
    rows++;
  }
}
