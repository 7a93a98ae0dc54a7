package dev.tandem.ingest;

import dev.tandem.feature.ColumnType;
import dev.tandem.schema.CrossFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.MultiIdFeature;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Queries for the values {@code v} that a feature looks up in a table, exactly those that encoding
 * would look up.
 */
final class TableValues {
  private TableValues() {}

  static List<String> of(Feature feature, Table table, ColumnType type, Rows rows) {
    List<String> queries = new ArrayList<>();
    if (feature instanceof IdFeature id && id.table().equals(table)) {
      queries.add(rows.select(find(rows, id.column()).as(type) + " AS v"));
    } else if (feature instanceof MultiIdFeature multi && multi.table().equals(table)) {
      String list = list(find(rows, multi.column()), multi.separator(), type, true);
      String kept = multi.max() > 0 ? "list_slice(" + list + ", 1, " + multi.max() + ")" : list;
      String value =
          multi.weightSeparator().map(s -> "split_part(v, " + Sql.text(s) + ", 1)").orElse("v");
      queries.add(
          "SELECT " + value + " AS v FROM (" + rows.select("unnest(" + kept + ") AS v") + ")");
    } else if (feature instanceof CrossFeature cross
        && cross.hashBuckets().isEmpty()
        && cross.table().equals(table)) {
      queries.add(
          rows.select(
              cross.columns().stream()
                      .map(c -> find(rows, c).as(ColumnType.TEXT))
                      .collect(Collectors.joining(" || chr(31) || "))
                  + " AS v"));
    } else if (feature instanceof SequenceFeature sequence) {
      for (SequenceFeature.Step step : sequence.steps()) {
        if (step.table().equals(table)) {
          queries.add(rows.select("unnest(" + kept(sequence, step, type, rows) + ") AS v"));
        }
      }
    }
    return queries;
  }

  /** The steps of a row that are kept, the oldest first. */
  private static String kept(
      SequenceFeature sequence, SequenceFeature.Step step, ColumnType type, Rows rows) {
    String list =
        list(find(rows, sequence.rowColumn(step.column())), sequence.separator(), type, false);
    if (sequence.order() == SequenceFeature.Order.NEWEST_FIRST) {
      list = "list_reverse(" + list + ")";
    }
    if (sequence.gap().isPresent() && sequence.events().isEmpty()) {
      String times = times(sequence, rows);
      if (sequence.order() == SequenceFeature.Order.NEWEST_FIRST) {
        times = "list_reverse(" + times + ")";
      }
      list =
          "CASE WHEN list_count(%1$s) = len(%2$s) THEN list_select(%2$s, list_grade_up(%1$s)) ELSE %2$s END"
              .formatted(times, list);
    }
    return "list_slice(" + list + ", -" + sequence.max() + ", -1)";
  }

  /** The times of a row's steps as numbers, for a sequence with their ages. */
  static String times(SequenceFeature sequence, Rows rows) {
    String column = sequence.rowColumn(sequence.gap().orElseThrow().column());
    String list = list(find(rows, column), sequence.separator(), ColumnType.REAL, false);
    return sequence.separator().isEmpty()
        ? list
        : "list_transform(" + list + ", lambda t: TRY_CAST(t AS DOUBLE))";
  }

  private static SourceColumn find(Rows rows, String column) {
    return Columns.find(rows.columns(), column, "data.train");
  }

  private static String list(
      SourceColumn column, Optional<String> separator, ColumnType type, boolean skipNulls) {
    if (separator.isEmpty()) {
      return skipNulls
          ? "list_filter(" + column.as(type.asList()) + ", lambda x: x IS NOT NULL)"
          : column.as(type.asList());
    }
    return "list_filter(list_transform(string_split("
        + column.as(ColumnType.TEXT)
        + ", "
        + Sql.text(separator.get())
        + "), lambda x: trim(x)), lambda x: x <> '')";
  }
}
