package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import java.util.List;
import java.util.Optional;

/**
 * How the model is judged.
 *
 * @param metrics what is computed for every task that has it; empty: everything
 * @param bootstrap confidence intervals; empty: none
 * @param ndcgAt list lengths for NDCG
 * @param bins bins for ECE
 * @param binning whether these bins have equal width or equally many rows
 * @param batch rows per scoring call
 */
@Doc("How the model is judged.")
public record EvaluationConfig(
    @Doc("Metrics, each computed for every task that has it; all when empty.") @Default("[]")
        List<MetricName> metrics,
    @Doc(
            "Confidence intervals by resampling rows, or groups when there is a group column; none when absent.")
        Optional<Bootstrap> bootstrap,
    @Doc("List lengths for NDCG by group.") @Default("[10]") @Range(min = 1, max = 100_000)
        List<Integer> ndcgAt,
    @Doc("Bins for ECE.") @Default("10") @Range(min = 2, max = 10_000) int bins,
    @Doc("Bins for ECE of equal width (equal_width) or with equally many rows (equal_mass).")
        @Default("equal_width")
        Binning binning,
    @Doc("Rows per scoring call.") @Default("4096") @Range(min = 1, max = 1_048_576) int batch) {

  /** How rows are divided among the bins. */
  public enum Binning {
    EQUAL_WIDTH,
    EQUAL_MASS
  }

  /**
   * Confidence intervals by resampling.
   *
   * @param samples number of resamples
   * @param level coverage of the interval
   * @param seed seed of the drawing
   */
  @Doc("Confidence intervals by resampling.")
  public record Bootstrap(
      @Doc("Number of resamples.") @Default("1000") @Range(min = 10, max = 1_000_000) @Shorthand
          int samples,
      @Doc("Coverage of the intervals.") @Default("0.95") @Range(min = 0.5, max = 0.9999)
          double level,
      @Doc("Seed of the drawing.") @Default("1") long seed) {}
}
