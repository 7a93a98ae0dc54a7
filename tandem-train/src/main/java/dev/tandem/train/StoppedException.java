package dev.tandem.train;

import dev.tandem.schema.TandemException;

/** A training run that was asked to stop: its state is saved, the message says how to go on. */
public final class StoppedException extends TandemException {
  private static final long serialVersionUID = 1L;

  StoppedException(String message) {
    super(message);
  }
}
