package dev.tandem.metric;

/** How rows are put into bins of predicted probability. */
public enum Binning {
  /** Bin min(⌊p·M⌋, M − 1): intervals of equal width on [0, 1]. */
  EQUAL_WIDTH,
  /**
   * Bins of about equal total weight. Rows of equal score share the bin in which the middle of
   * their weight falls, so that the bins do not depend on the order of the rows.
   */
  EQUAL_MASS
}
