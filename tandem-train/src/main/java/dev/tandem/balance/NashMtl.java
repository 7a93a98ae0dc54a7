package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Arrays;
import java.util.Map;

/**
 * Nash-MTL (Navon et al., ICML 2022): the bargaining solution, coefficients α &gt; 0 with GGᵀα =
 * 1/α. They are where the strictly convex ½αᵀGGᵀα − Σ ln α is least, which a damped Newton
 * iteration finds without an outside solver. There is none when 0 is a convex combination of the
 * gradients: then the mean.
 *
 * @param every steps between two solutions, which hold in between
 * @param normalize divide GGᵀ by its Frobenius norm first, which rescales the direction
 * @param maxNorm longest direction, longer ones are shortened; 0: any
 */
@Doc("Nash-MTL: the bargaining solution between the tasks.")
public record NashMtl(
    @Doc("Steps between two solutions.") @Default("1") @Range(min = 1) int every,
    @Doc("Divide the gradients' products by their Frobenius norm first.") @Default("true")
        boolean normalize,
    @Doc("Longest direction; 0 for any.") @Default("1") @Range(min = 0) double maxNorm)
    implements Balancing {
  private static final int MOST_STEPS = 200;

  /** Beyond this, in units of 1/‖g‖, coefficients are on their way to infinity. */
  private static final double UNBOUNDED = 1e7;

  @Override
  public Balancer start(Shared shared) {
    return new GramBalancer(shared, new Rule(shared.tasks()));
  }

  /** The α with GGᵀα = 1/α, or an empty array when there is none. */
  static double[] solve(double[][] gram) {
    int tasks = gram.length;
    double[] norms = Weights.norms(gram);
    if (Arrays.stream(norms).anyMatch(n -> !(n > 0))) {
      return new double[0];
    }
    // In β = α‖g‖ the matrix is that of the cosines, whatever the gradients' lengths.
    double[][] cosines = new double[tasks][tasks];
    for (int i = 0; i < tasks; i++) {
      for (int j = 0; j < tasks; j++) {
        cosines[i][j] = gram[i][j] / (norms[i] * norms[j]);
      }
    }
    double[] beta = Weights.ones(tasks);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] move = newton(cosines, beta);
      if (move.length == 0 || Arrays.stream(beta).anyMatch(b -> b > UNBOUNDED)) {
        return new double[0];
      }
      double decrement = decrement(cosines, beta, move);
      // A self-concordant function allows this step from anywhere, and full steps near the end.
      double length = decrement > 0.25 ? 1 / (1 + decrement) : 1;
      double largest = 0;
      for (int i = 0; i < tasks; i++) {
        beta[i] += length * move[i];
        largest = Math.max(largest, Math.abs(move[i] / beta[i]));
      }
      if (largest < 1e-14) {
        break;
      }
    }
    Arrays.setAll(beta, i -> beta[i] / norms[i]);
    return beta;
  }

  /** −(C + diag 1/β²)⁻¹(Cβ − 1/β). */
  private static double[] newton(double[][] cosines, double[] beta) {
    double[] right = Weights.times(cosines, beta);
    double[][] hessian = new double[beta.length][];
    for (int i = 0; i < beta.length; i++) {
      right[i] = 1 / beta[i] - right[i];
      hessian[i] = cosines[i].clone();
      hessian[i][i] += 1 / (beta[i] * beta[i]);
    }
    return LinearSystem.solve(hessian, right);
  }

  private static double decrement(double[][] cosines, double[] beta, double[] move) {
    double square = Weights.dot(move, Weights.times(cosines, move));
    for (int i = 0; i < beta.length; i++) {
      square += move[i] * move[i] / (beta[i] * beta[i]);
    }
    return Math.sqrt(Math.max(0, square));
  }

  private final class Rule implements GramRule {
    private final double[] alpha;
    private final double[] solved = new double[1];

    Rule(int tasks) {
      alpha = new double[tasks];
    }

    @Override
    public double[] coefficients(long step, double[][] gram, double[] losses) {
      if (solved[0] == 0 || step % every == 0) {
        double[] solution = solve(gram);
        double[] next = solution.length == 0 ? Weights.equal(alpha.length) : solution;
        double factor = normalize && solution.length > 0 ? Math.sqrt(frobenius(gram)) : 1;
        Arrays.setAll(alpha, i -> next[i] * factor);
        solved[0] = 1;
      }
      double norm = Math.sqrt(Math.max(0, Weights.dot(alpha, Weights.times(gram, alpha))));
      return Weights.scale(alpha, maxNorm > 0 && norm > maxNorm ? maxNorm / norm : 1);
    }

    private static double frobenius(double[][] gram) {
      double square = 0;
      for (double[] row : gram) {
        square += Weights.dot(row, row);
      }
      return Math.sqrt(square);
    }

    @Override
    public BalanceState state() {
      return BalanceState.of(Map.of("alpha", alpha, "solved", solved));
    }

    @Override
    public void restore(BalanceState state) {
      state.read("alpha", alpha);
      state.read("solved", solved);
    }
  }
}
