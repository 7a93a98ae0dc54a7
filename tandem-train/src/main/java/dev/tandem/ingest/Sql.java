package dev.tandem.ingest;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names and texts as SQL writes them. */
final class Sql {
  private static final Pattern TEXT = Pattern.compile("'([^']*+(?:''[^']*+)*+)'");

  private Sql() {}

  /** The texts in single quotes that occur in SQL. */
  static List<String> textsIn(String sql) {
    return TEXT.matcher(sql).results().map(m -> m.group(1).replace("''", "'")).toList();
  }

  static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String text(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  static String texts(Collection<String> texts) {
    return texts.stream().map(Sql::text).collect(Collectors.joining(", ", "[", "]"));
  }
}
