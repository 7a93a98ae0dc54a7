package dev.tandem.train;

import dev.tandem.config.Schedule;

/**
 * The factor on the learning rates, step by step.
 *
 * @param schedule warm-up and decay
 * @param steps steps of the whole training
 * @param stepsPerEpoch steps of one pass
 */
record LearningRate(Schedule schedule, long steps, long stepsPerEpoch) {

  /** The factor of a step, counted from 1. */
  double factor(long step) {
    if (step <= schedule.warmUp()) {
      return (double) step / schedule.warmUp();
    }
    long span = Math.max(1, steps - schedule.warmUp());
    double progress = Math.min(1, (double) (step - schedule.warmUp()) / span);
    if (schedule.decay() instanceof Schedule.Linear linear) {
      return 1 + (linear.to() - 1) * progress;
    } else if (schedule.decay() instanceof Schedule.Cosine cosine) {
      return cosine.to() + (1 - cosine.to()) * 0.5 * (1 + StrictMath.cos(Math.PI * progress));
    } else if (schedule.decay() instanceof Schedule.Exponential exponential) {
      long epochs = (step - 1) / stepsPerEpoch;
      return StrictMath.pow(exponential.rate(), (double) epochs);
    }
    return 1;
  }
}
