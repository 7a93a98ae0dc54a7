package dev.tandem.feature;

/** What is known of one task's label in one row. */
public enum LabelState {
  /** The row is in the task's sample space and its label is known. */
  OBSERVED((byte) 0),
  /** The label, or whether the row is in the task's sample space, is not known. */
  MISSING((byte) 1),
  /** The row is not in the task's sample space. */
  OUTSIDE((byte) 2);

  private final byte code;

  LabelState(byte code) {
    this.code = code;
  }

  /**
   * The number that stands for the state in {@link Batch#states()} and in files; it equals the
   * ordinal.
   */
  public byte code() {
    return code;
  }

  /** The state that {@code code} stands for. */
  public static LabelState of(byte code) {
    return switch (code) {
      case 0 -> OBSERVED;
      case 1 -> MISSING;
      case 2 -> OUTSIDE;
      default -> throw new IllegalArgumentException("no label state has the code " + code);
    };
  }
}
