package dev.tandem.ingest;

import dev.tandem.feature.Block;
import dev.tandem.feature.Column;
import dev.tandem.feature.ColumnType;
import dev.tandem.feature.DataException;
import dev.tandem.feature.InputColumn;
import dev.tandem.feature.IntegerColumn;
import dev.tandem.feature.Preprocessor;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The query that reads a part's raw rows as a preprocessor wants them, and what its columns mean.
 * Columns that the part does not have are left out; labels, group and weight are read when asked
 * for.
 */
final class BlockQuery {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

  private final Preprocessor preprocessor;
  private final List<String> expressions = new ArrayList<>();
  private final List<Integer> inputs = new ArrayList<>(); // position in the result, -1: absent
  private final Map<InputColumn, Integer> unreadable = new LinkedHashMap<>(); // likewise
  private final List<Integer> labels = new ArrayList<>();
  private int group = -1;
  private int weight = -1;
  private final String sql;

  BlockQuery(
      Duck duck, Rows rows, Preprocessor preprocessor, Set<InputColumn> wanted, boolean labelled) {
    this.preprocessor = preprocessor;
    expressions.add(Tables.ROW);
    for (InputColumn input : preprocessor.inputs()) {
      Optional<SourceColumn> column =
          rows.columns().stream().filter(c -> c.name().equalsIgnoreCase(input.name())).findFirst();
      boolean read = column.isPresent() && wanted.contains(input);
      inputs.add(read ? add(column.get().as(input.type())) : -1);
      if (read) {
        column.get().unreadable(input.type()).ifPresent(sql -> unreadable.put(input, add(sql)));
      }
    }
    for (Task task : preprocessor.tasks()) {
      labels.add(labelled ? add(label(duck, rows, task)) : -1);
    }
    if (labelled) {
      preprocessor
          .schema()
          .group()
          .ifPresent(
              g -> group = add(group(Columns.find(rows.columns(), g, "data." + rows.part()))));
      preprocessor
          .schema()
          .weight()
          .ifPresent(
              w -> weight = add(weight(Columns.find(rows.columns(), w, "data." + rows.part()))));
    }
    this.sql = rows.select(String.join(", ", expressions));
  }

  private int add(String expression) {
    expressions.add(expression + " AS c" + expressions.size());
    return expressions.size() - 1;
  }

  private static String group(SourceColumn column) {
    return column.as(column.natural().filter(t -> t == ColumnType.INTEGER).orElse(ColumnType.TEXT));
  }

  private static String weight(SourceColumn column) {
    if (!column.numeric()) {
      throw new DataException(
          "the weight column " + column.name() + " is " + column.sqlType() + ", not a number");
    }
    return column.as(ColumnType.REAL);
  }

  private static String label(Duck duck, Rows rows, Task task) {
    SourceColumn type;
    try {
      type =
          duck.describe("SELECT (" + task.label() + ") AS label FROM (" + rows.relation() + ")")
              .get(0);
    } catch (DataException e) {
      throw new DataException(
          "task "
              + task.name()
              + ": the label "
              + task.label()
              + " cannot be read from the "
              + (rows.part().equals("rows") ? "" : rows.part() + " ")
              + "rows: "
              + reason(e)
              + (NAME.matcher(task.label()).matches()
                  ? " If it is a column whose name is a word of SQL, quote it: label: '\"%s\"'."
                      .formatted(task.label())
                  : ""),
          e);
    }
    if (task.kind() == TaskKind.MULTICLASS) {
      return "(" + task.label() + ")::VARCHAR";
    } else if (type.numeric()) {
      return "(" + task.label() + ")::DOUBLE";
    }
    throw new DataException(
        "task "
            + task.name()
            + ": the label "
            + task.label()
            + " is "
            + type.sqlType()
            + "; a "
            + task.kind()
            + " label is a condition or a number."
            + found(duck, rows, task));
  }

  /** The engine's message without its class, up to the statement that it quotes. */
  static String reason(DataException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .takeWhile(line -> !line.startsWith("LINE ") && !line.startsWith("in: "))
        .filter(line -> !line.isBlank())
        .collect(Collectors.joining(" "))
        .replaceFirst("^(Binder|Parser|Catalog|Invalid Input) Error: ", "");
  }

  private static String found(Duck duck, Rows rows, Task task) {
    List<String> values =
        duck
            .rows(
                "SELECT v::VARCHAR, count(*) FROM ("
                    + rows.select("(" + task.label() + ") AS v")
                    + ") GROUP BY v ORDER BY count(*) DESC, v LIMIT 6")
            .stream()
            .map(r -> (r.isNull(0) ? "null" : "'" + r.get(0) + "'") + " (" + r.get(1) + " rows)")
            .toList();
    return " Found: "
        + String.join(", ", values)
        + ". Write a comparison, such as label: \""
        + task.label()
        + " = '...'\"";
  }

  /** The query. */
  String sql() {
    return sql;
  }

  /** The stream's current block; {@code rows} become numbered from {@code firstRow}. */
  Block block(ColumnStream stream, long firstRow) {
    List<Column> columns = stream.columns();
    return new Block(
        stream.rows(),
        pick(columns, inputs),
        pick(columns, labels),
        at(columns, group),
        at(columns, weight),
        firstRow);
  }

  /**
   * A value of the current block that cannot be read as what its column was in training.
   *
   * @param row its row in the block
   * @param text the value
   */
  record Unreadable(int row, InputColumn column, String text) {
    String reason() {
      String wanted =
          switch (column.type()) {
            case INTEGER -> "a whole number";
            case REAL -> "a number";
            case TEXT -> "a text";
            case INTEGERS -> "a list of whole numbers";
            case REALS -> "a list of numbers";
            case TEXTS -> "a list of texts";
          };
      return "column %s is '%s', not %s".formatted(column.name(), text, wanted);
    }
  }

  /** The values of the current block that cannot be read; as inputs they are null. */
  List<Unreadable> unreadable(ColumnStream stream) {
    List<Unreadable> found = new ArrayList<>();
    unreadable.forEach(
        (input, position) -> {
          Column texts = stream.columns().get(position);
          for (int r = 0; r < stream.rows(); r++) {
            if (!texts.isNull(r)) {
              found.add(new Unreadable(r, input, String.valueOf(texts.value(r))));
            }
          }
        });
    return found;
  }

  /** Positions of the current block's rows in their table. */
  static long[] positions(ColumnStream stream) {
    return ((IntegerColumn) stream.columns().get(0)).values();
  }

  private static List<Optional<Column>> pick(List<Column> columns, List<Integer> positions) {
    return positions.stream().map(p -> at(columns, p)).toList();
  }

  private static Optional<Column> at(List<Column> columns, int position) {
    return position < 0 ? Optional.empty() : Optional.of(columns.get(position));
  }

  Preprocessor preprocessor() {
    return preprocessor;
  }
}
