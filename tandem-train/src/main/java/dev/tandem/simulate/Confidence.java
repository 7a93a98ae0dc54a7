package dev.tandem.simulate;

/**
 * Functions from the confidence c of a base task to that of a made-up second task (DEPHN, section
 * IV-A). "Odd" functions carry the sign of c on every term; the literal ones are as printed. The
 * sign of zero is zero. Pure; thread-safe.
 */
public enum Confidence {
  /** Related to c: sign(c) · (2 ln(|c|+1) + 0.1 e^|c|). */
  LOGEXP,
  /** As printed, the exponential without the sign: sign(c) · 2 ln(|c|+1) + 0.1 e^|c|. */
  LOGEXP_LITERAL,
  /** Only weakly related to c: sign(c) · (2 sin|c| + 0.1 cos|c|). */
  SINCOS,
  /** The base task itself. */
  IDENTITY,
  /** Its opposite. */
  NEGATE,
  /** Large on both sides: c², never negative, so its labels need a quantile as threshold. */
  SQUARE;

  /** The function's value without noise. */
  public double of(double c) {
    double sign = Math.signum(c);
    double size = Math.abs(c);
    return switch (this) {
      case LOGEXP -> sign * (2 * Math.log1p(size) + 0.1 * Math.exp(size));
      case LOGEXP_LITERAL -> sign * 2 * Math.log1p(size) + 0.1 * Math.exp(size);
      case SINCOS -> sign * (2 * Math.sin(size) + 0.1 * Math.cos(size));
      case IDENTITY -> c;
      case NEGATE -> -c;
      case SQUARE -> c * c;
    };
  }
}
