package dev.tandem.train;

import dev.tandem.feature.Batch;

/** Rows that come block by block, such as raw rows that are encoded as they are read. */
@FunctionalInterface
public interface BlockSource {
  /**
   * Fills a batch with the next rows.
   *
   * @return whether there were any
   */
  boolean next(Batch into);
}
