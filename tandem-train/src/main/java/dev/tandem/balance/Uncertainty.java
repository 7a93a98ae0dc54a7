package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import java.util.Arrays;
import java.util.Optional;

/**
 * Uncertainty weighting (Kendall et al., CVPR 2018): each task learns a variance σ² that scales its
 * loss down and is itself paid for. The learned value is s = ln σ² in the forms {@code REGRESSION}
 * and {@code CLASSIFICATION}, σ in {@code POSITIVE} (Liebel and Körner, 2018), and s ≥ 0 in {@code
 * CLAMPED} (torch-rechub), whose weights never exceed 2.
 *
 * @param form which function of the learned value
 * @param initial starting value; empty: −0.5, or 1 for POSITIVE, or 0 for CLAMPED
 * @param rate learning rate of Adam for the learned values
 */
@Doc("Uncertainty weighting: each task learns how noisy it is.")
public record Uncertainty(
    @Doc("Which function of the learned uncertainty.") @Default("regression") @Shorthand Form form,
    @Doc("Starting value; by the form when absent.") Optional<Double> initial,
    @Doc("Learning rate of the uncertainties (Adam).") @Default("0.001") @Range(min = 0)
        double rate)
    implements Balancing {

  /** The loss as a function of the task losses L and the learned values s. */
  public enum Form {
    /** Σ ½ e^(−s) L + ½ s. */
    REGRESSION(-0.5, Double.NEGATIVE_INFINITY) {
      @Override
      double weight(double s) {
        return Math.exp(-s) / 2;
      }

      @Override
      double price(double s) {
        return s / 2;
      }

      @Override
      double gradient(double s, double loss) {
        return (1 - Math.exp(-s) * loss) / 2;
      }
    },
    /** Σ e^(−s) L + ½ s. */
    CLASSIFICATION(-0.5, Double.NEGATIVE_INFINITY) {
      @Override
      double weight(double s) {
        return Math.exp(-s);
      }

      @Override
      double price(double s) {
        return s / 2;
      }

      @Override
      double gradient(double s, double loss) {
        return 0.5 - Math.exp(-s) * loss;
      }
    },
    /** Σ L / (2σ²) + ln(1 + σ²), never negative. */
    POSITIVE(1, 1e-3) {
      @Override
      double weight(double sigma) {
        return 1 / (2 * sigma * sigma);
      }

      @Override
      double price(double sigma) {
        return Math.log1p(sigma * sigma);
      }

      @Override
      double gradient(double sigma, double loss) {
        return -loss / (sigma * sigma * sigma) + 2 * sigma / (1 + sigma * sigma);
      }
    },
    /** Σ 2 L e^(−s) + s with s ≥ 0. */
    CLAMPED(0, 0) {
      @Override
      double weight(double s) {
        return 2 * Math.exp(-s);
      }

      @Override
      double price(double s) {
        return s;
      }

      @Override
      double gradient(double s, double loss) {
        return 1 - 2 * loss * Math.exp(-s);
      }
    };

    private final double initial;
    private final double least;

    Form(double initial, double least) {
      this.initial = initial;
      this.least = least;
    }

    abstract double weight(double s);

    abstract double price(double s);

    abstract double gradient(double s, double loss);

    /** The whole loss. */
    double loss(double[] s, double[] losses) {
      double sum = 0;
      for (int i = 0; i < s.length; i++) {
        sum += weight(s[i]) * losses[i] + price(s[i]);
      }
      return sum;
    }
  }

  @Override
  public Balancer start(Shared shared) {
    double[] values = new double[shared.tasks()];
    Arrays.fill(values, initial.orElse(form.initial));
    ScalarAdam learned = new ScalarAdam(rate, 0, values);
    return new LossWeights() {
      @Override
      public double[] weights(long step, int epoch, double[] losses) {
        return Arrays.stream(learned.values()).map(form::weight).toArray();
      }

      @Override
      public void observe(long step, int epoch, double[] before, double[] after) {
        double[] s = learned.values();
        double[] gradient = new double[s.length];
        Arrays.setAll(gradient, i -> form.gradient(s[i], before[i]));
        learned.step(gradient);
        Arrays.setAll(s, i -> Math.max(s[i], form.least));
      }

      @Override
      public BalanceState state() {
        return BalanceState.of(learned.state());
      }

      @Override
      public void restore(BalanceState state) {
        learned.restore(state);
      }
    };
  }
}
