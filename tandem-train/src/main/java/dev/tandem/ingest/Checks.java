package dev.tandem.ingest;

import dev.tandem.feature.ColumnType;
import dev.tandem.schema.Feature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks for what would mislead training: leaks, constant columns, labels without sense, rows in two
 * parts.
 */
final class Checks {
  private static final long SAMPLE = 200_000;
  private static final double LEAK = 0.99;

  private final Duck duck;
  private final Schema schema;
  private final Map<String, Rows> parts;
  private final List<Finding> findings = new ArrayList<>();

  private Checks(Duck duck, Schema schema, Map<String, Rows> parts) {
    this.duck = duck;
    this.schema = schema;
    this.parts = parts;
  }

  static List<Finding> of(Duck duck, Schema schema, Map<String, Rows> parts) {
    Checks checks = new Checks(duck, schema, parts);
    parts.values().forEach(checks::labels);
    checks.sampleSpaces();
    parts.values().forEach(checks::histories);
    checks.columns();
    checks.sharedRows();
    return checks.findings;
  }

  private void add(Finding.Severity severity, String subject, String message) {
    findings.add(new Finding(severity, subject, message));
  }

  private void labels(Rows rows) {
    for (Task task : schema.tasks()) {
      if (task.kind() != TaskKind.BINARY) {
        continue;
      }
      String label = "CASE WHEN " + space(task) + " THEN (" + task.label() + ")::DOUBLE END";
      Duck.Cells c =
          duck.rows(
                  "SELECT count(*), count(v), count(*) FILTER (v = 1), count(*) FILTER (v NOT IN (0, 1)) FROM ("
                      + rows.select(label + " AS v")
                      + ")")
              .get(0);
      if (c.number(3) > 0) {
        add(
            Finding.Severity.ERROR,
            task.name(),
            c.get(3) + " labels of the " + rows.part() + " rows are neither 0 nor 1");
      } else if (c.number(2) == 0) {
        add(
            Finding.Severity.ERROR,
            task.name(),
            "none of the " + c.get(1) + " labels of the " + rows.part() + " rows is positive");
      } else if (c.number(2) == c.number(1)) {
        add(
            Finding.Severity.ERROR,
            task.name(),
            "all " + c.get(1) + " labels of the " + rows.part() + " rows are positive");
      } else {
        add(
            Finding.Severity.NOTE,
            task.name(),
            String.format(
                Locale.ROOT,
                "%s: %s rows, %s labels, %s positive (%.3f %%)",
                rows.part(),
                c.get(0),
                c.get(1),
                c.get(2),
                100.0 * c.number(2) / c.number(1)));
      }
    }
  }

  /** The condition on rows that lie in a task's sample space. */
  private String space(Task task) {
    return task.within()
        .map(schema::task)
        .map(parent -> "(" + parent.label() + ")::DOUBLE = 1 AND " + space(parent))
        .orElse("true");
  }

  /** Positives outside their sample space contradict the order of the labels. */
  private void sampleSpaces() {
    Rows train = Parts.train(parts);
    for (Task task : schema.tasks()) {
      if (task.within().isPresent() && task.kind() == TaskKind.BINARY) {
        Task parent = schema.task(task.within().get());
        long contradictions =
            duck.number(
                train.select(
                    "count(*) FILTER (("
                        + task.label()
                        + ")::DOUBLE = 1 AND ("
                        + parent.label()
                        + ")::DOUBLE = 0)"));
        if (contradictions > 0) {
          add(
              Finding.Severity.ERROR,
              task.name(),
              contradictions
                  + " training rows are positive although "
                  + parent.name()
                  + ", within which the task lies, is 0: the labels contradict the order");
        }
      }
    }
  }

  /** A step that is not earlier than its row may be the very outcome that is to be predicted. */
  private void histories(Rows rows) {
    for (Feature feature : schema.features()) {
      if (!(feature instanceof SequenceFeature sequence) || sequence.gap().isEmpty()) {
        continue;
      }
      SequenceFeature.Gap gap = sequence.gap().get();
      String now = find(rows, gap.now()).as(ColumnType.REAL);
      String times = TableValues.times(sequence, rows);
      Duck.Cells c =
          duck.rows(
                  "SELECT count(*), count(*) FILTER (late), min(row) FILTER (late),"
                      + " arg_min(latest, row) FILTER (late), arg_min(now, row) FILTER (late) FROM ("
                      + rows.select(
                          "list_max("
                              + times
                              + ") AS latest, "
                              + now
                              + " AS now, latest >= now AS late, "
                              + Tables.ROW
                              + " AS row")
                      + ")")
              .get(0);
      if (c.number(1) > 0) {
        Reject first = rows.table().reject(c.number(2), "");
        add(
            Finding.Severity.ERROR,
            sequence.name(),
            "holds an event that is not earlier than its row in %d of %d %s rows, first in %s:%d: %s reaches %s, %s is %s. A leak, or two units of time; keep only events before the row, in one unit"
                .formatted(
                    c.number(1),
                    c.number(0),
                    rows.part(),
                    first.file(),
                    first.line(),
                    sequence.rowColumn(gap.column()),
                    whole(c.get(3)),
                    gap.now(),
                    whole(c.get(4))));
      }
    }
  }

  /** A time as the data have it: DuckDB prints a whole double as 10.0. */
  private static String whole(String time) {
    return time.endsWith(".0") ? time.substring(0, time.length() - 2) : time;
  }

  private static SourceColumn find(Rows rows, String column) {
    return Columns.find(rows.columns(), column, "data." + rows.part());
  }

  private void columns() {
    Rows train = Parts.train(parts);
    Set<String> names = new LinkedHashSet<>();
    for (Feature feature : schema.features()) {
      names.addAll(feature.columns());
    }
    for (String name : names) {
      SourceColumn column = Columns.find(train.columns(), name, "data.train");
      if (column.natural().filter(t -> !t.list()).isEmpty()) {
        continue;
      }
      Duck.Cells distinct =
          duck.rows(
                  "SELECT count(*) FROM ("
                      + train.select("DISTINCT " + Sql.name(column.name()))
                      + " LIMIT 2)")
              .get(0);
      if (distinct.number(0) < 2) {
        add(
            Finding.Severity.WARNING,
            name,
            "has one value in all training rows; it teaches nothing");
        continue;
      }
      for (Task task : schema.tasks()) {
        if (task.kind() == TaskKind.BINARY) {
          leak(train, column, task);
        }
      }
    }
  }

  private void leak(Rows train, SourceColumn column, Task task) {
    String within =
        task.within()
            .map(parent -> " AND (" + schema.task(parent).label() + ")::DOUBLE = 1")
            .orElse("");
    String sample =
        "SELECT v, l, "
            + Draw.of(Draw.rowKey(Tables.ROW), 77)
            + " & 1 AS fold FROM ("
            + train.select(
                Sql.name(column.name())
                    + " AS v, ("
                    + task.label()
                    + ")::DOUBLE AS l, "
                    + Tables.ROW)
            + within
            + ") WHERE l IN (0, 1) LIMIT "
            + SAMPLE;
    boolean number =
        column.natural().filter(t -> t == ColumnType.INTEGER || t == ColumnType.REAL).isPresent();
    Duck.Cells pure =
        duck.rows(
                "SELECT count(*), sum(n), count(*) FILTER (low <> high), min(low), max(high) FROM (SELECT count(*) AS n, min(l) AS low, max(l) AS high FROM ("
                    + sample
                    + ") GROUP BY v)")
            .get(0);
    boolean varied = !pure.isNull(3) && !pure.get(3).equals(pure.get(4));
    if (varied && pure.number(2) == 0 && Double.parseDouble(pure.get(1)) >= 10.0 * pure.number(0)) {
      add(
          Finding.Severity.ERROR,
          column.name(),
          "determines the label of "
              + task.name()
              + ": every value has one label only. A leak; take it out of the features");
      return;
    }
    double byRate =
        auc(
            "SELECT coalesce(r, (SELECT avg(l) FROM s WHERE fold = 0)) AS score, l FROM s LEFT JOIN (SELECT v AS k, avg(l) AS r FROM s WHERE fold = 0 GROUP BY v) ON v IS NOT DISTINCT FROM k WHERE fold = 1",
            sample);
    double byValue =
        number
            ? auc("SELECT coalesce(v::DOUBLE, '-infinity'::DOUBLE) AS score, l FROM s", sample)
            : 0.5;
    double auc = Math.max(byRate, Math.max(byValue, 1 - byValue));
    if (auc > LEAK) {
      add(
          Finding.Severity.ERROR,
          column.name(),
          String.format(
              Locale.ROOT,
              "alone predicts %s with AUC %.4f. Almost surely a leak: known only after the outcome; take it out of the features",
              task.name(),
              auc));
    }
  }

  /**
   * The AUC of a query that yields columns score and l, by pair counting over groups of equal
   * scores; ties count half.
   */
  private double auc(String scored, String sample) {
    Duck.Cells c =
        duck.rows(
                "WITH s AS MATERIALIZED ("
                    + sample
                    + "), g AS (SELECT score, sum(l) AS p, sum(1 - l) AS n FROM ("
                    + scored
                    + ") GROUP BY score), "
                    + "c AS (SELECT p, n, sum(n) OVER (ORDER BY score) AS below FROM g) SELECT sum(p * (below - n / 2)) / (sum(p) * sum(n)) FROM c")
            .get(0);
    if (c.isNull(0)) {
      return 0.5;
    }
    double auc = Double.parseDouble(c.get(0));
    return Double.isFinite(auc) ? auc : 0.5;
  }

  private void sharedRows() {
    Rows train = Parts.train(parts);
    List<String> columns =
        schema.features().stream().flatMap(f -> f.columns().stream()).distinct().toList();
    String key =
        "hash("
            + columns.stream()
                .map(c -> Sql.name(Columns.find(train.columns(), c, "data.train").name()))
                .collect(Collectors.joining(", "))
            + schema.tasks().stream()
                .map(t -> ", (" + t.label() + ")")
                .collect(Collectors.joining())
            + ")";
    for (Rows rows : parts.values()) {
      if (rows.part().equals(Parts.TRAIN)) {
        continue;
      }
      Duck.Cells c =
          duck.rows(
                  "SELECT count(*), count(*) FILTER (k IN (SELECT k FROM ("
                      + train.select(key + " AS k")
                      + "))) FROM ("
                      + rows.select(key + " AS k")
                      + ")")
              .get(0);
      long shared = c.number(1);
      if (shared > 0) {
        double share = (double) shared / c.number(0);
        add(
            share > 0.05 ? Finding.Severity.WARNING : Finding.Severity.NOTE,
            rows.part(),
            String.format(
                Locale.ROOT,
                "%d of %d rows (%.2f %%) have features and labels equal to a training row's",
                shared,
                c.number(0),
                100 * share));
      }
    }
  }
}
