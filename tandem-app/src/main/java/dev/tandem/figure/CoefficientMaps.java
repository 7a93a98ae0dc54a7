package dev.tandem.figure;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Shape;
import dev.tandem.model.VirtualGradient;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * DEPHN's figure 4: the eight coefficient functions of the virtual gradient over the unit square.
 */
public final class CoefficientMaps {
  /** Grid points along an axis. */
  public static final int POINTS = 201;

  private static final String SIMILARITY = "similarity of the labels, x";
  private static final String DIFFERENCE = "difference of the gates, y";

  private CoefficientMaps() {}

  /** The figure, which no model and no data enter. */
  public static Figure figure() {
    List<List<Object>> rows = new ArrayList<>();
    List<Panel> panels = new ArrayList<>();
    List<String> means = new ArrayList<>();
    for (VirtualGradient function : VirtualGradient.values()) {
      String name = function.name().toLowerCase(Locale.ROOT);
      double[][] gamma = grid(function);
      double sum = 0;
      for (int y = 0; y < POINTS; y++) {
        for (int x = 0; x < POINTS; x++) {
          rows.add(List.of(name, at(x), at(y), (float) gamma[y][x]));
          sum += gamma[y][x] * share(x) * share(y);
        }
      }
      means.add(String.format(Locale.ROOT, "%s %.2f", name, sum));
      panels.add(map("(" + name + ") " + formula(function), gamma, List.of()));
    }
    return new Figure(
        "fig4-coefficients",
        "Figure 4: coefficients of the virtual gradient",
        "Blue shrinks a gate's gradient, red enlarges it, the line is where it stays as it is. The additive functions (e) to (h)"
            + " shrink along the diagonal x + y = 1 and enlarge towards (0,0) and (1,1); the multiplicative (a) to (d) leave"
            + " both axes at 2.",
        "Mean over the square: " + String.join(", ", means) + ".",
        Map.of("grid", POINTS + " × " + POINTS),
        List.of("function", "x", "y", "gamma"),
        rows,
        new Picture(panels, 4, 330, 300));
  }

  /** One function's map with marks on it. */
  static HeatMap map(String title, double[][] gamma, List<double[]> points) {
    return new HeatMap(
        title,
        HeatMap.Axis.unit(SIMILARITY),
        HeatMap.Axis.unit(DIFFERENCE),
        gamma,
        0,
        2,
        List.of(1.0),
        points);
  }

  /** γ at the grid's points: [y][x]. */
  static double[][] grid(VirtualGradient function) {
    double[] xs = new double[POINTS * POINTS];
    double[] ys = new double[POINTS * POINTS];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = at(i % POINTS);
      ys[i] = at(i / POINTS);
    }
    double[] gamma = gamma(function, xs, ys);
    double[][] grid = new double[POINTS][];
    for (int y = 0; y < POINTS; y++) {
      grid[y] = Arrays.copyOfRange(gamma, y * POINTS, (y + 1) * POINTS);
    }
    return grid;
  }

  /** The coefficient as the models compute it. */
  static double[] gamma(VirtualGradient function, double[] xs, double[] ys) {
    Node x = Node.of(new Input("x", Shape.of(xs.length), Input.Noise.NONE));
    Node y = Node.of(new Input("y", Shape.of(ys.length), Input.Noise.NONE));
    Map<String, Tensor> leaves =
        Map.of("x", new Tensor(xs, xs.length), "y", new Tensor(ys, ys.length));
    Tensor gamma =
        Reference.run(new Graph(Map.of("gamma", function.gamma(x, y))), leaves).get("gamma");
    return gamma == null ? new double[0] : gamma.data();
  }

  /** What a point of the grid weighs in the mean over one side: the ends stand for half as much. */
  private static double share(int i) {
    return (i == 0 || i == POINTS - 1 ? 0.5 : 1) / (POINTS - 1);
  }

  private static double at(int i) {
    return (double) i / (POINTS - 1);
  }

  private static String formula(VirtualGradient function) {
    return switch (function) {
      case A -> "cos(2πxy) + 1";
      case B -> "2|2xy − 1|";
      case C -> "2(2xy − 1)²";
      case D -> "2√|2xy − 1|";
      case E -> "cos(π(x + y)) + 1";
      case F -> "2|x + y − 1|";
      case G -> "2(x + y − 1)²";
      case H -> "2√|x + y − 1|";
    };
  }
}
