package dev.tandem.train;

import dev.tandem.metric.Evaluation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a training run reports while it goes on. */
public sealed interface TrainingEvent {
  /**
   * It begins.
   *
   * @param parameters dense parameters
   * @param tableFloats weights in embedding tables
   * @param steps steps of the whole training at most
   * @param stepsPerEpoch steps of one pass
   */
  record Started(long parameters, long tableFloats, long steps, long stepsPerEpoch)
      implements TrainingEvent {}

  /** It goes on from a checkpoint after so many steps. */
  record Resumed(long step) implements TrainingEvent {}

  /** A checkpoint that cannot be used was passed over. */
  record Skipped(String why) implements TrainingEvent {}

  /** A setting does not do what whoever made it may expect. */
  record Noticed(String what) implements TrainingEvent {}

  /**
   * One step is done.
   *
   * @param step steps done
   * @param epoch epochs done
   * @param rows rows of the batch
   * @param loss joint loss of the batch before the step
   * @param taskLosses each task's loss
   */
  record Stepped(long step, long epoch, int rows, double loss, List<Double> taskLosses)
      implements TrainingEvent {
    public Stepped {
      taskLosses = List.copyOf(taskLosses);
    }
  }

  /**
   * A pass over the training rows is done.
   *
   * @param epoch epochs done
   * @param step steps done
   * @param loss mean joint loss of its batches
   * @param validation metrics of the validation part, when there is one
   * @param watched what early stopping watches, in words; empty without it
   * @param best whether this is the best state so far
   */
  record EpochDone(
      long epoch,
      long step,
      double loss,
      Optional<Evaluation> validation,
      Optional<String> watched,
      boolean best)
      implements TrainingEvent {}

  /** A checkpoint is on the disk. */
  record Saved(long step, Path directory) implements TrainingEvent {}

  /**
   * It is done.
   *
   * @param steps steps done
   * @param bestStep the step whose state was kept
   * @param early whether it stopped before the last epoch
   */
  record Done(long steps, long bestStep, boolean early) implements TrainingEvent {}
}
