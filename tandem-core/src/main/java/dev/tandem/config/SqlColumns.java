package dev.tandem.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds which columns an SQL expression reads: every name outside of text literals and comments,
 * without regard to case.
 */
final class SqlColumns {
  private static final Pattern TOKEN =
      Pattern.compile(
          "'(?:[^']|'')*'|--[^\n]*|/\\*.*?\\*/|\"((?:[^\"]|\"\")*)\"|([\\p{L}_][\\p{L}\\p{N}_$]*)",
          Pattern.DOTALL);

  private SqlColumns() {}

  /** The columns that {@code expression} reads, as {@code columns} spells them. */
  static Set<String> in(String expression, Collection<String> columns) {
    Map<String, String> known = new LinkedHashMap<>();
    columns.forEach(column -> known.putIfAbsent(column.toLowerCase(Locale.ROOT), column));
    Set<String> found = new LinkedHashSet<>();
    // A column may have a name that only quotes could hold, and be given as the whole expression.
    String whole = known.get(expression.strip().toLowerCase(Locale.ROOT));
    if (whole != null) {
      found.add(whole);
    }
    Matcher matcher = TOKEN.matcher(expression);
    while (matcher.find()) {
      String name =
          matcher.group(1) != null ? matcher.group(1).replace("\"\"", "\"") : matcher.group(2);
      String column = name == null ? null : known.get(name.toLowerCase(Locale.ROOT));
      if (column != null) {
        found.add(column);
      }
    }
    return found;
  }
}
