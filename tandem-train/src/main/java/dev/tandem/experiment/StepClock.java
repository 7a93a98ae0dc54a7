package dev.tandem.experiment;

import dev.tandem.train.TrainingEvent;
import dev.tandem.train.TrainingListener;

/** Tells the time of the training steps from that of everything between them. */
final class StepClock implements TrainingListener {
  private static final int WARM_UP = 20;

  private final TrainingListener next;
  private long mark;
  private long begin;
  private long end;
  private long stepNanos;
  private long rows;
  private long steps;
  private long parameters;
  private long tableFloats;

  StepClock(TrainingListener next) {
    this.next = next;
  }

  @Override
  public void on(TrainingEvent event) {
    long now = System.nanoTime();
    if (event instanceof TrainingEvent.Started started) {
      begin = now;
      parameters = started.parameters();
      tableFloats = started.tableFloats();
    } else if (event instanceof TrainingEvent.Stepped stepped) {
      steps++;
      if (steps > WARM_UP) {
        stepNanos += now - mark;
        rows += stepped.rows();
      }
    }
    end = now;
    next.on(event);
    mark = System.nanoTime();
  }

  /** The cost of the training that was heard. */
  RunRecord.Cost cost(long flopsPerRow, long peakBytes) {
    double seconds = (end - begin) / 1e9;
    double rate = stepNanos > 0 ? rows / (stepNanos / 1e9) : Double.MIN_VALUE;
    return new RunRecord.Cost(
        parameters, tableFloats, flopsPerRow, steps, seconds, rate, peakBytes);
  }
}
