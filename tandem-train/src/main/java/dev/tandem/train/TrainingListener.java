package dev.tandem.train;

/** Hears what a training run reports, on the training thread: be quick. */
@FunctionalInterface
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener SILENT = event -> {};

  /** Called for every event in order. */
  void on(TrainingEvent event);
}
