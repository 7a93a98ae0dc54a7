package dev.tandem.feature;

/** The type in which an encoder reads a raw column; other types are converted to it before. */
public enum ColumnType {
  /** 64-bit signed integers; booleans are 0 and 1. */
  INTEGER(false),
  /** Double precision numbers. */
  REAL(false),
  /** UTF-8 text. */
  TEXT(false),
  /** Lists of integers. */
  INTEGERS(true),
  /** Lists of numbers. */
  REALS(true),
  /** Lists of texts. */
  TEXTS(true);

  private final boolean list;

  ColumnType(boolean list) {
    this.list = list;
  }

  /** Whether a value is a list. */
  public boolean list() {
    return list;
  }

  /** The type of one element of a list; the type itself when it is none. */
  public ColumnType element() {
    return switch (this) {
      case INTEGERS -> INTEGER;
      case REALS -> REAL;
      case TEXTS -> TEXT;
      default -> this;
    };
  }

  /** The type of a list of these. */
  public ColumnType asList() {
    return switch (this) {
      case INTEGER -> INTEGERS;
      case REAL -> REALS;
      case TEXT -> TEXTS;
      default -> this;
    };
  }
}
