package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import dev.tandem.schema.TaskKind;
import java.util.Optional;

/**
 * One behaviour to learn.
 *
 * @param label SQL expression; empty: the column of the task's name
 * @param kind what the label is
 * @param within the task whose positive rows are this task's sample space
 * @param classes number of classes of a multi-class task; empty: counted in the training part
 * @param weight the task's weight in the joint loss
 * @param weightDecay factor on the weight once per epoch
 * @param calibration how the probabilities are corrected after training; empty: not at all
 */
@Doc("One behaviour to learn.")
public record TaskConfig(
    @Doc(
            "SQL expression over the columns; true or 1 is positive, null is not observed. Without it: the column that has the"
                + " task's name.")
        @Shorthand
        Optional<String> label,
    @Doc("What the label is.") @Default("binary") TaskKind kind,
    @Doc(
            "The binary task whose positive rows are this task's sample space, as a purchase lies within a click.")
        Optional<String> within,
    @Doc("Number of classes of a multi-class task; counted in the training part when absent.")
        @Range(min = 2)
        Optional<Integer> classes,
    @Doc("The task's weight in the joint loss.") @Default("1.0") @Range(min = 1e-12, max = 1e12)
        double weight,
    @Doc("Factor on the weight, once per epoch; 1 keeps it.")
        @Default("1.0")
        @Range(min = 1e-6, max = 10)
        double weightDecay,
    @Doc(
            "How the probabilities of a binary task are corrected after training: isotonic, platt, or {negative_sampling: rate}.")
        Optional<Calibration> calibration) {

  /** How a binary task's probabilities are corrected after training. */
  public sealed interface Calibration {
    /** Whether it is fitted on the validation part. */
    default boolean isFitted() {
      return !(this instanceof NegativeSampling);
    }

    /** The rising map that fits the validation part best, whatever its form. */
    @Doc("The rising map that fits the validation part best, whatever its form.")
    record Isotonic() implements Calibration {}

    /** A line on the logit, fitted on the validation part. */
    @Doc("A line on the logit, fitted on the validation part: two numbers, for small parts.")
    record Platt() implements Calibration {}

    /**
     * Undoes a sampling of the negatives.
     *
     * @param rate share of the negatives that the rows still hold
     */
    @Doc("Undoes a sampling of negatives: q / (q + (1 - q) / rate).")
    record NegativeSampling(
        @Doc("Share of the negatives that was kept.") @Range(min = 1e-9, max = 1) double rate)
        implements Calibration {}
  }
}
