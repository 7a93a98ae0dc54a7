package dev.tandem.ingest;

import dev.tandem.config.Column;
import dev.tandem.feature.DataException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds columns by name, as SQL does: without regard to case when the exact name is not there. */
final class Columns {
  private Columns() {}

  static SourceColumn find(List<SourceColumn> columns, String name, String where) {
    return columns.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .or(() -> columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst())
        .orElseThrow(() -> unknown(columns, name, where));
  }

  private static DataException unknown(List<SourceColumn> columns, String name, String where) {
    String nearest =
        columns.stream()
            .map(SourceColumn::name)
            .min(
                Comparator.comparingInt(
                    c -> distance(c.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))))
            .map(c -> "; did you mean " + c + "?")
            .orElse("");
    return new DataException(
        where
            + " has no column "
            + name
            + nearest
            + (nearest.isEmpty() ? "." : "")
            + " Columns: "
            + String.join(", ", columns.stream().map(SourceColumn::name).toList())
            + Column.unnamed(columns.stream().map(SourceColumn::name).toList()));
  }

  /** Levenshtein's. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  /** Refuses types that are declared for columns which a source does not have. */
  static void checkDeclared(SourceFiles source, List<String> names) {
    for (String declared : source.format().types().keySet()) {
      if (!names.contains(declared)) {
        throw new DataException(
            source.name()
                + ": format.types names "
                + declared
                + ", which is no column; columns: "
                + String.join(", ", names));
      }
    }
  }
}
