package dev.tandem.ingest;

import dev.tandem.feature.DataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * CSV and its kin. Nothing is left to the engine's own detection, which can take a damaged file for
 * one of another dialect: the delimiter comes from the first line, the columns from the header of
 * every file, the types from a sample that may hold a few values that do not fit.
 */
final class DelimitedText {
  private static final int SAMPLE = 50_000;

  private final Duck duck;
  private final SourceFiles source;
  private final String delimiter;
  private final boolean header;
  private final List<String> names;

  private DelimitedText(Duck duck, SourceFiles source) {
    this.duck = duck;
    this.source = source;
    String first = firstLine(source.files().get(0));
    this.delimiter =
        source.format().delimiter().orElseGet(() -> delimiter(source.files().get(0), first));
    List<String> cells = cells(first);
    this.header =
        source
            .format()
            .header()
            .orElseGet(
                () ->
                    source.format().columns().isEmpty()
                        ? looksLikeNames(cells)
                        : cells.equals(source.format().columns()));
    this.names = names(cells);
  }

  /** The columns of the files and how to scan them. */
  static DelimitedText of(Duck duck, SourceFiles source) {
    DelimitedText text = new DelimitedText(duck, source);
    text.checkHeaders();
    return text;
  }

  private String firstLine(String file) {
    List<String> lines = firstLines(file);
    if (lines.isEmpty() || lines.get(0).isBlank()) {
      throw new DataException(
          source.name() + ": " + file + " begins with an empty line or holds none");
    }
    return lines.get(0);
  }

  private List<String> firstLines(String file) {
    try {
      return duck
          .rows("SELECT line FROM " + source.lines(List.of(file), true) + " LIMIT 2")
          .stream()
          .map(row -> row.get(0).startsWith("\uFEFF") ? row.get(0).substring(1) : row.get(0))
          .toList();
    } catch (DataException e) {
      throw new DataException(
          source.name() + ": " + file + " cannot be read: " + BlockQuery.reason(e), e);
    }
  }

  private static String delimiter(String file, String line) {
    if (file.toLowerCase(Locale.ROOT).matches(".*\\.(tsv|tab)(\\.\\w+)?")) {
      return "\t";
    }
    String best = ",";
    long most = 0;
    for (String candidate : List.of(",", "\t", ";", "|")) {
      long count = line.chars().filter(c -> c == candidate.charAt(0)).count();
      if (count > most) {
        most = count;
        best = candidate;
      }
    }
    return best;
  }

  /** Cuts a line at the delimiters outside quotes. */
  private List<String> cells(String line) {
    String quote = source.format().quote();
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      if (!quote.isEmpty() && line.startsWith(quote, i)) {
        boolean doubled = quoted && line.startsWith(quote, i + 1);
        if (doubled) {
          cell.append(quote);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (!quoted && line.startsWith(delimiter, i)) {
        cells.add(cell.toString());
        cell.setLength(0);
        i += delimiter.length() - 1;
      } else {
        cell.append(line.charAt(i));
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  /**
   * Names are there. If some look like numbers, or like each other, they are names only where
   * another one stands above a number without being one.
   */
  private boolean looksLikeNames(List<String> cells) {
    if (cells.stream().anyMatch(String::isBlank)) {
      return false;
    }
    boolean distinct = cells.stream().distinct().count() == cells.size();
    boolean words = cells.stream().noneMatch(DelimitedText::number);
    List<String> lines = firstLines(source.files().get(0));
    List<String> second = lines.size() < 2 ? List.of() : cells(lines.get(1));
    boolean above = false;
    for (int i = 0; i < Math.min(cells.size(), second.size()); i++) {
      above = above || (!number(cells.get(i)) && number(second.get(i)));
    }
    return distinct ? above || words : above && words;
  }

  private static boolean number(String cell) {
    return cell.matches("[+-]?[0-9.]+([eE][+-]?[0-9]+)?");
  }

  private List<String> names(List<String> cells) {
    List<String> declared = source.format().columns();
    if (!declared.isEmpty()) {
      if (declared.size() != cells.size()) {
        throw new DataException(
            source.name()
                + ": "
                + source.files().get(0)
                + " has "
                + cells.size()
                + " columns, format.columns names "
                + declared.size());
      }
      return declared;
    }
    if (header) {
      List<String> twice =
          cells.stream().filter(c -> cells.indexOf(c) != cells.lastIndexOf(c)).distinct().toList();
      if (!twice.isEmpty()) {
        throw new DataException(
            source.name()
                + ": the header of "
                + source.files().get(0)
                + " names columns twice: "
                + String.join(", ", twice)
                + "; correct it, or say format: {header: false} if it is none");
      }
      return cells;
    }
    List<String> numbered = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      numbered.add("column" + i);
    }
    return numbered;
  }

  private void checkHeaders() {
    for (String file : source.files()) {
      List<String> cells = cells(firstLine(file));
      if (header && source.format().columns().isEmpty() && !cells.equals(names)) {
        throw new DataException(
            source.name()
                + ": wrong header in "
                + file
                + ": found "
                + String.join(", ", cells)
                + "; expected, as in "
                + source.files().get(0)
                + ", "
                + String.join(", ", names));
      } else if (cells.size() != names.size()) {
        throw new DataException(
            source.name()
                + ": "
                + file
                + " has "
                + cells.size()
                + " columns, "
                + source.files().get(0)
                + " has "
                + names.size());
      }
    }
  }

  /**
   * The columns with their SQL types: declared ones as declared, others by a sample of every file.
   */
  Map<String, String> types() {
    Columns.checkDeclared(source, names);
    Map<String, String> types = new LinkedHashMap<>();
    Map<String, String> seenIn = new LinkedHashMap<>();
    for (String file : source.files()) {
      Map<String, Optional<String>> sampled = sample(file);
      for (String name : names) {
        String declared = source.format().types().get(name);
        Optional<String> found =
            declared == null ? sampled.getOrDefault(name, Optional.empty()) : Optional.of(declared);
        found.ifPresent(
            type ->
                types.merge(
                    name, type, (a, b) -> widest(name, a, seenIn.getOrDefault(name, ""), b, file)));
        if (found.isPresent()) {
          seenIn.putIfAbsent(name, file);
        }
      }
    }
    Map<String, String> ordered = new LinkedHashMap<>();
    names.forEach(name -> ordered.put(name, types.getOrDefault(name, "VARCHAR")));
    return ordered;
  }

  private String widest(String column, String a, String fileA, String b, String fileB) {
    if (a.equals(b)) {
      return a;
    } else if (!a.equals("VARCHAR")
        && !b.equals("VARCHAR")
        && !a.equals("BOOLEAN")
        && !b.equals("BOOLEAN")) {
      return "DOUBLE";
    }
    throw TypeChange.of(source.name(), column, a, fileA, b, fileB);
  }

  /**
   * The narrowest type that (almost) all values of each column have; empty for a column without
   * values.
   */
  private Map<String, Optional<String>> sample(String file) {
    List<String> checks = new ArrayList<>();
    for (String name : names) {
      String c = Sql.name(name);
      checks.add("count(" + c + ")");
      checks.add(
          "count(*) FILTER ("
              + c
              + " IS NOT NULL AND (TRY_CAST("
              + c
              + " AS BIGINT) IS NULL OR "
              + c
              + " LIKE '%.%'))");
      checks.add(
          "count(*) FILTER (" + c + " IS NOT NULL AND TRY_CAST(" + c + " AS DOUBLE) IS NULL)");
      checks.add("count(*) FILTER (regexp_matches(" + c + ", '^[+-]?0[0-9]'))");
      checks.add("count(*) FILTER (lower(" + c + ") NOT IN ('true', 'false'))");
    }
    Map<String, String> texts =
        names.stream()
            .collect(Collectors.toMap(n -> n, n -> "VARCHAR", (a, b) -> a, LinkedHashMap::new));
    Duck.Cells counts =
        duck.rows(
                "SELECT "
                    + String.join(", ", checks)
                    + " FROM (SELECT * FROM "
                    + scan(List.of(file), texts, "ignore_errors=true")
                    + " LIMIT "
                    + SAMPLE
                    + ")")
            .get(0);
    Map<String, Optional<String>> types = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      long values = counts.number(5 * i);
      String type = "VARCHAR";
      if (values > 0 && counts.number(5 * i + 4) == 0) {
        type = "BOOLEAN";
      } else if (counts.number(5 * i + 3) > 0) {
        type = "VARCHAR"; // leading zeros are part of a code, not of a number
      } else if (fits(counts.number(5 * i + 1), values)) {
        type = "BIGINT";
      } else if (fits(counts.number(5 * i + 2), values)) {
        type = "DOUBLE";
      }
      types.put(names.get(i), values == 0 ? Optional.empty() : Optional.of(type));
    }
    return types;
  }

  /**
   * One value in a thousand may be damaged, and one in a small file; its row is set aside when the
   * file is read.
   */
  private static boolean fits(long failing, long values) {
    return failing == 0 || failing * 1000 <= values || (failing == 1 && values >= 20);
  }

  /** A table function that reads files with the given types. */
  String scan(List<String> files, Map<String, String> types, String errors) {
    String columns =
        types.entrySet().stream()
            .map(e -> Sql.text(e.getKey()) + ": " + Sql.text(e.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
    return "read_csv("
        + Sql.texts(files)
        + ", columns="
        + columns
        + ", auto_detect=false, header="
        + header
        + ", delim="
        + Sql.text(delimiter)
        + ", quote="
        + Sql.text(source.format().quote())
        + ", escape="
        + Sql.text(source.format().quote().isEmpty() ? "" : source.format().escape())
        + ", nullstr="
        + Sql.texts(source.format().nulls())
        + ", compression="
        + source.compression()
        + ", "
        + errors
        + ")";
  }
}
