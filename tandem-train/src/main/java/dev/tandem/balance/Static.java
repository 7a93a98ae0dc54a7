package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import java.util.List;

/**
 * Fixed factors, on top of the static weights that the tasks have anyway.
 *
 * @param weights one per task, in the order of the tasks
 */
@Doc("Fixed factors of the tasks' losses.")
public record Static(
    @Doc("One factor per task, in the order of the tasks; all 1 when empty.")
        @Default("[]")
        @Range(min = 0)
        @Shorthand
        List<Double> weights)
    implements Balancing {
  /** Copies the weights. */
  public Static {
    weights = List.copyOf(weights);
  }

  @Override
  public Balancer start(Shared shared) {
    if (!weights.isEmpty() && weights.size() != shared.tasks()) {
      throw new IllegalArgumentException(
          "static balance has "
              + weights.size()
              + " weights for "
              + shared.tasks()
              + " tasks; give one per task, or none");
    }
    double[] factors =
        weights.isEmpty()
            ? Weights.ones(shared.tasks())
            : weights.stream().mapToDouble(Double::doubleValue).toArray();
    return (LossWeights) (step, epoch, losses) -> factors.clone();
  }
}
