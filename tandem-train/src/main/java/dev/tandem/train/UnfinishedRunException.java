package dev.tandem.train;

import dev.tandem.schema.TandemException;
import java.nio.file.Path;

/** Checkpoints that stand in the way of a training run, or that do not belong to it. */
public final class UnfinishedRunException extends TandemException {
  private static final long serialVersionUID = 1L;

  UnfinishedRunException(Path checkpoints, long step) {
    super(
        checkpoints
            + " holds an unfinished training, at step "
            + step
            + ". Go on with it by --resume, or delete that directory to begin anew.");
  }

  UnfinishedRunException(Path checkpoint) {
    super(
        checkpoint
            + " belongs to another run: its configuration, data or seed is not this one's. Resume with the"
            + " settings that it was started with, or delete its directory to begin anew.");
  }

  private UnfinishedRunException(String message) {
    super(message);
  }

  /** There is nothing to go on with: another run has ended here. */
  static UnfinishedRunException ended(Path out) {
    return new UnfinishedRunException(
        out
            + " holds the finished model of another run: its configuration, data or seed is not this one's."
            + " There is nothing to resume. Leave --resume out to train anew in its place, or name another --out.");
  }

  UnfinishedRunException(long step, Path checkpoints) {
    super(
        "the best state, of step "
            + step
            + ", is missing from "
            + checkpoints
            + " or damaged; delete that directory and train again.");
  }
}
