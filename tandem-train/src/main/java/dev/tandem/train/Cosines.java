package dev.tandem.train;

import java.util.ArrayList;
import java.util.List;

/** Means of the cosines between K vectors, batch by batch, from their inner products. */
final class Cosines {
  private final double[][] sums;
  private final long[][] defined;
  private final long[][] opposed;

  Cosines(int k) {
    sums = new double[k][k];
    defined = new long[k][k];
    opposed = new long[k][k];
  }

  /** Adds a batch by its inner products [K][K]; a vector of zeros has no direction. */
  void add(double[][] gram) {
    for (int a = 0; a < gram.length; a++) {
      for (int b = 0; b < gram.length; b++) {
        double norms = Math.sqrt(gram[a][a]) * Math.sqrt(gram[b][b]);
        if (norms > 0) {
          double cosine = a == b ? 1 : Math.max(-1, Math.min(1, gram[a][b] / norms));
          sums[a][b] += cosine;
          defined[a][b]++;
          opposed[a][b] += cosine < 0 ? 1 : 0;
        }
      }
    }
  }

  /** Whether any two vectors met. */
  boolean any() {
    for (int a = 0; a < sums.length; a++) {
      for (int b = 0; b < a; b++) {
        if (defined[a][b] > 0) {
          return true;
        }
      }
    }
    return false;
  }

  Conflict.Block block(String name, Conflict.Kind kind) {
    List<List<Double>> cosines = new ArrayList<>();
    List<List<Double>> shares = new ArrayList<>();
    for (int a = 0; a < sums.length; a++) {
      List<Double> cosine = new ArrayList<>();
      List<Double> share = new ArrayList<>();
      for (int b = 0; b < sums.length; b++) {
        double n = defined[a][b] == 0 ? Double.NaN : defined[a][b];
        cosine.add(sums[a][b] / n);
        share.add(opposed[a][b] / n);
      }
      cosines.add(cosine);
      shares.add(share);
    }
    return new Conflict.Block(name, kind, cosines, shares);
  }
}
