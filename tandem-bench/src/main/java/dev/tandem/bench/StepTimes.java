package dev.tandem.bench;

import dev.tandem.train.TrainingEvent;
import dev.tandem.train.TrainingListener;
import java.util.Arrays;

/** Listens to a training of a known number of steps and times each. Used by one thread. */
final class StepTimes implements TrainingListener {
  private final double[] seconds;
  private long last = System.nanoTime();

  StepTimes(int steps) {
    seconds = new double[steps];
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Stepped stepped) {
      long now = System.nanoTime();
      seconds[(int) stepped.step() - 1] = (now - last) * 1e-9;
      last = now;
    }
  }

  /** Seconds of every step but the first third, ascending. */
  double[] warm() {
    double[] warm = Arrays.copyOfRange(seconds, seconds.length / 3, seconds.length);
    Arrays.sort(warm);
    return warm;
  }

  /** The median of {@link #warm}. */
  double median() {
    double[] warm = warm();
    return warm[warm.length / 2];
  }
}
