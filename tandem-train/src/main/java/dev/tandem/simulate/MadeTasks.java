package dev.tandem.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Tasks made from the logits of a base network (DEPHN, section IV-A): the base task, whose label is
 * the sign of its confidence and not the label that the network learned, and one per function.
 *
 * @param confidences per task, the base task first: one value per row
 * @param labels likewise, 0 or 1
 * @param relations how each further task came out
 */
public record MadeTasks(List<double[]> confidences, List<int[]> labels, List<Relation> relations) {
  public MadeTasks {
    confidences = List.copyOf(confidences);
    labels = List.copyOf(labels);
    relations = List.copyOf(relations);
  }

  /**
   * How tasks are made.
   *
   * @param functions of the further tasks
   * @param calibration from logits to confidences
   * @param unrelated correlation of c and sincos(c) that calibration is to reach
   * @param related correlation to which noise lowers that of {@code logexp}; others have no noise
   * @param quantile labels are 1 above this quantile of their confidences; empty: above 0
   * @param seed of the noise
   */
  public record Recipe(
      List<Confidence> functions,
      Calibration calibration,
      double unrelated,
      double related,
      OptionalDouble quantile,
      long seed) {
    public Recipe {
      functions = List.copyOf(functions);
    }
  }

  /**
   * What a made task has to do with the base task.
   *
   * @param function that made it
   * @param noise standard deviation of the noise on its confidence
   * @param confidences Pearson correlation with the base task's confidence
   * @param labels Pearson correlation of the labels
   * @param positives share of rows with label 1
   */
  public record Relation(
      Confidence function, double noise, double confidences, double labels, double positives) {}

  /** Makes the tasks of all rows together. */
  public static MadeTasks of(double[] logits, Recipe recipe) {
    double[] c = SecondTask.confidences(logits, recipe.calibration(), recipe.unrelated());
    int[] base = SecondTask.labels(c, threshold(c, recipe));
    List<double[]> confidences = new ArrayList<>(List.of(c));
    List<int[]> labels = new ArrayList<>(List.of(base));
    List<Relation> relations = new ArrayList<>();
    for (int f = 0; f < recipe.functions().size(); f++) {
      Confidence function = recipe.functions().get(f);
      double[] y = SecondTask.apply(function, c);
      boolean noisy = function == Confidence.LOGEXP || function == Confidence.LOGEXP_LITERAL;
      double noise = noisy ? SecondTask.noise(c, y, recipe.related()) : 0;
      y = noise > 0 ? SecondTask.noisy(y, noise, recipe.seed() + f) : y;
      int[] own = SecondTask.labels(y, threshold(y, recipe));
      confidences.add(y);
      labels.add(own);
      relations.add(
          new Relation(
              function,
              noise,
              SecondTask.correlation(c, y),
              SecondTask.correlation(doubles(base), doubles(own)),
              Arrays.stream(own).average().orElse(0)));
    }
    return new MadeTasks(confidences, labels, relations);
  }

  /** Share of rows whose base label is 1. */
  public double basePositives() {
    return Arrays.stream(labels.get(0)).average().orElse(0);
  }

  private static double threshold(double[] confidences, Recipe recipe) {
    return recipe.quantile().isPresent()
        ? SecondTask.quantile(confidences, recipe.quantile().getAsDouble())
        : 0;
  }

  private static double[] doubles(int[] values) {
    return Arrays.stream(values).asDoubleStream().toArray();
  }
}
