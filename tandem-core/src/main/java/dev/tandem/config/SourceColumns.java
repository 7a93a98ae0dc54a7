package dev.tandem.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The columns of a source, and which of them a feature may read. Collects what is wrong and what is
 * worth a note.
 */
final class SourceColumns {

  /** What a feature takes a column for. */
  enum Use {
    ID,
    NUMBER,
    LIST,
    TEXT,
    ANY
  }

  private final RunConfig run;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Map<String, String> leaks = new LinkedHashMap<>();
  private final Set<String> named = new LinkedHashSet<>();
  private final Set<String> splitting = new LinkedHashSet<>();
  private final Problems problems = new Problems();
  private final List<String> notes = new ArrayList<>();

  SourceColumns(RunConfig run, List<Column> columns) {
    this.run = run;
    columns.forEach(column -> this.columns.put(column.name(), column));
    run.tasks()
        .forEach(
            (name, task) ->
                SqlColumns.in(task.label().orElse(name), this.columns.keySet())
                    .forEach(
                        column -> leaks.putIfAbsent(column, "the label of " + name + " reads it")));
    run.weight().ifPresent(weight -> leaks.put(weight, "it is the weight of the rows"));
    // A derived column knows what the columns that it reads know.
    run.data()
        .derive()
        .forEach(
            (derived, expression) ->
                SqlColumns.in(expression, List.copyOf(leaks.keySet())).stream()
                    .filter(source -> !run.features().known().contains(source))
                    .findFirst()
                    .ifPresent(
                        source -> leaks.putIfAbsent(derived, "it is derived from " + source)));
    run.features().known().forEach(leaks::remove);
    splitting();
    namedColumns();
  }

  private void splitting() {
    run.data()
        .split()
        .ifPresent(
            split -> {
              if (split instanceof Split.Time time) {
                splitting.add(time.column());
              } else if (split instanceof Split.Column column) {
                splitting.add(column.column());
              }
            });
  }

  /**
   * What a feature names itself is not for patterns. The parts of a cross remain: they are useful
   * alone, too.
   */
  private void namedColumns() {
    FeaturesConfig features = run.features();
    features.ids().columns().stream()
        .filter(c -> !new ColumnPattern(c).isPattern())
        .forEach(named::add);
    features.numeric().forEach((name, c) -> named.add(c.column().orElse(name)));
    features.multiIds().forEach((name, c) -> named.add(c.column().orElse(name)));
    features.dense().forEach((name, c) -> named.add(c.column().orElse(name)));
    features
        .sequences()
        .forEach(
            (name, c) -> {
              if (c.events().isEmpty()) {
                named.add(c.column().orElse(name));
                named.addAll(c.with().values());
                c.time().ifPresent(named::add);
              }
              c.now().ifPresent(named::add);
              c.events().ifPresent(e -> named.add(e.now().orElse(e.time())));
            });
  }

  /**
   * The columns that names and patterns stand for, in the source's order for patterns; names that
   * do not fit are reported.
   */
  List<Column> expand(List<String> patterns, List<String> except, String group, Use use) {
    Map<String, Column> result = new LinkedHashMap<>();
    String where = "features." + group;
    for (String text : patterns) {
      ColumnPattern pattern = new ColumnPattern(text);
      if (pattern.isPattern()) {
        Set<String> left = new LinkedHashSet<>();
        columns.values().stream()
            .filter(
                column ->
                    pattern.matches(column.name()) && takes(column, except, patterns, use, left))
            .forEach(column -> result.put(column.name(), column));
        if (!left.isEmpty()) {
          notes.add(where + ": \"" + text + "\" leaves out " + String.join(", ", left));
        }
        if (columns.keySet().stream().noneMatch(pattern::matches)) {
          report(
              where,
              "no column matches " + text + "; columns: " + String.join(", ", columns.keySet()));
        }
      } else {
        need(text, where, use);
        Column column = columns.get(text);
        if (column != null) {
          result.put(text, column);
        }
      }
    }
    for (String text : except) {
      if (columns.keySet().stream().noneMatch(new ColumnPattern(text)::matches)) {
        report(where + ".except", unknown(text));
      }
    }
    return List.copyOf(result.values());
  }

  private boolean takes(
      Column column, List<String> except, List<String> patterns, Use use, Set<String> left) {
    String name = column.name();
    boolean excepted = except.stream().anyMatch(text -> new ColumnPattern(text).matches(name));
    boolean elsewhere = named.contains(name) || (use == Use.ID && claimedAsNumber(name));
    if (excepted || elsewhere || patterns.contains(name)) {
      return false;
    }
    String why = leaks.get(name);
    if (why == null && splitting.contains(name)) {
      why = "the split reads it";
    }
    if (why == null) {
      why = misfit(column, use);
    }
    if (why != null) {
      left.add(name + " (" + why + ")");
    }
    return why == null;
  }

  /** Whether a pattern of the numeric features, other than "*" for everything, takes the column. */
  private boolean claimedAsNumber(String name) {
    Column column = columns.get(name);
    return column != null
        && column.isNumber()
        && run.features().numeric().keySet().stream()
            .map(ColumnPattern::new)
            .anyMatch(pattern -> pattern.isPattern() && pattern.matches(name));
  }

  private static @org.jspecify.annotations.Nullable String misfit(Column column, Use use) {
    if (use == Use.ID) {
      if (column.isList()) {
        return "a list; name it in multi_ids, dense or sequences";
      } else if (column.isCompound()) {
        return "its type is " + column.sqlType();
      }
      return column.isFraction() || column.isTime()
          ? "its type is " + column.sqlType() + "; name it to use it"
          : null;
    }
    return use == Use.NUMBER && !column.isNumber() ? "its type is " + column.sqlType() : null;
  }

  /** Reports a column that a feature names and cannot have. */
  void need(String name, String where, Use use) {
    Column column = columns.get(name);
    if (column == null) {
      report(where, unknown(name));
      return;
    }
    if (leaks.containsKey(name) && use != Use.ANY) {
      report(
          where,
          "the column "
              + name
              + " cannot be a feature: "
              + leaks.get(name)
              + "; leave it out, or list it in features.known if it is known before the outcome");
    }
    boolean fits =
        switch (use) {
          case ID -> !column.isList() && !column.isCompound();
          case NUMBER -> column.isNumber();
          case LIST -> column.isList();
          case TEXT -> !column.isList() && !column.isCompound();
          case ANY -> true;
        };
    if (!fits) {
      report(
          where, "the column " + name + " has the type " + column.sqlType() + ", " + wanted(use));
    }
  }

  private static String wanted(Use use) {
    return switch (use) {
      case ID -> "expected a single value; lists belong in multi_ids, dense or sequences";
      case NUMBER -> "expected a number; text belongs in ids, or convert it with data.derive";
      case LIST -> "expected a list; give the separator of a text column";
      case TEXT -> "expected text to be divided; leave the separator out for list columns";
      case ANY -> "";
    };
  }

  /** Reports the group and weight columns when they do not exist. */
  void checkNames() {
    run.group().ifPresent(group -> need(group, "group", Use.ANY));
    run.weight()
        .ifPresent(
            weight -> {
              Column column = columns.get(weight);
              if (column == null || !column.isNumber()) {
                report(
                    "weight",
                    column == null
                        ? unknown(weight)
                        : weight + " has the type " + column.sqlType() + ", expected a number");
              }
            });
    run.features().known().stream()
        .filter(name -> !columns.containsKey(name))
        .forEach(name -> report("features.known", unknown(name)));
    run.tasks()
        .forEach(
            (name, task) -> {
              if (task.label().isEmpty() && !columns.containsKey(name)) {
                report("tasks." + name, "has no label, and " + unknown(name));
              }
            });
  }

  private String unknown(String name) {
    return "no column is named "
        + name
        + Nearest.hint(name, columns.keySet())
        + "; columns: "
        + String.join(", ", columns.keySet())
        + Column.unnamed(columns.keySet());
  }

  void report(String path, String message) {
    problems.report(new Place(path, 0, ""), message);
  }

  void throwIfAny() {
    problems.throwIfAny();
  }

  List<String> notes() {
    return notes;
  }
}
