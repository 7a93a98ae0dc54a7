package dev.tandem.simulate;

/**
 * How the logits of a base network become the confidences c that {@link Confidence} functions read.
 * Raw logits do not in general have the correlations that DEPHN states; the other two modes reach
 * the one of {@link Confidence#SINCOS} by construction.
 */
public enum Calibration {
  /** c is the logit. */
  NONE,
  /** c = s · (logit − mean), with s chosen so that corr(c, sincos(c)) is the target. */
  AFFINE,
  /**
   * c is uniform on [−w, w] by the logits' ranks, with w chosen likewise (w = 3.5868 for 0.5288).
   */
  QUANTILE_UNIFORM
}
