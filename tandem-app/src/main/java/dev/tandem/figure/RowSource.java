package dev.tandem.figure;

import dev.tandem.ingest.RawRows;
import dev.tandem.train.StoredModel;

/** The rows that a figure is drawn from. */
@FunctionalInterface
public interface RowSource {
  /**
   * Opens them from the first one on, for one model; close them.
   *
   * @param model whose preprocessing reads them
   * @param labelled whether their labels are wanted
   */
  RawRows open(StoredModel model, boolean labelled);
}
