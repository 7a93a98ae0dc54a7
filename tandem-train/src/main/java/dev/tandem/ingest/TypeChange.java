package dev.tandem.ingest;

import dev.tandem.feature.DataException;

/** The error of a column that is text in one file and something else in another. */
final class TypeChange {
  private TypeChange() {}

  static DataException of(
      String source, String column, String a, String fileA, String b, String fileB) {
    return new DataException(
        source
            + ": column "
            + column
            + " is "
            + a
            + " in "
            + fileA
            + " and "
            + b
            + " in "
            + fileB
            + "; the files of one table must agree. Repair the file, or declare the column in format: {types: {"
            + column
            + ": "
            + (a.equals("VARCHAR") ? b : a)
            + "}} so that rows that do not fit are set aside");
  }
}
