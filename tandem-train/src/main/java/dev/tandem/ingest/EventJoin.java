package dev.tandem.ingest;

import dev.tandem.feature.ColumnType;
import dev.tandem.feature.DataException;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Joins histories point-in-time: every row gets, as lists, the last events of its user that are
 * strictly earlier than itself.
 *
 * <p>The events of a user are numbered by time, those of equal times by their content, so that the
 * order of the log does not matter, and are cut into chunks of as many as a row may need. A row
 * finds the number of the last event before it by an as-of join; its history is then a slice of
 * that event's chunk and the one before. So a row costs at most two chunks, however long its user's
 * log, and the engine can spill everything that is kept meanwhile. One event more than a history
 * keeps is taken, so that encoding sees what it cuts.
 */
final class EventJoin {
  private final Duck duck;
  private final Tables tables;
  private final List<SequenceFeature> sequences;
  private final Watch watch;
  private final Set<String> notes = new LinkedHashSet<>();
  private final Map<String, List<String>> logs = new LinkedHashMap<>();

  private EventJoin(Duck duck, Tables tables, List<SequenceFeature> sequences, Watch watch) {
    this.duck = duck;
    this.tables = tables;
    this.sequences = List.copyOf(sequences);
    this.watch = watch;
  }

  /** A join for those sequences of a schema that come from a log. */
  static EventJoin of(Duck duck, Tables tables, Schema schema, Watch watch) {
    return new EventJoin(
        duck,
        tables,
        schema.features().stream()
            .filter(SequenceFeature.class::isInstance)
            .map(SequenceFeature.class::cast)
            .filter(s -> s.events().isPresent())
            .toList(),
        watch);
  }

  /** A join of nothing. */
  static EventJoin none(Duck duck, Tables tables) {
    return new EventJoin(duck, tables, List.of(), new Watch(Progress.SILENT));
  }

  /** What a reader should know of the logs. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** The files that were joined, by source. */
  Map<String, List<String>> logs() {
    return Collections.unmodifiableMap(logs);
  }

  /**
   * The rows with their histories. Histories that the rows bring themselves, under the names of
   * {@link SequenceFeature#rowColumn}, are left as they are.
   *
   * @param sources opens the source of a name, if there is one
   */
  Rows join(Rows rows, Function<String, Optional<Tables.Table>> sources) {
    Set<String> present =
        rows.columns().stream().map(SourceColumn::name).collect(Collectors.toSet());
    List<Log> logs = new ArrayList<>();
    for (SequenceFeature sequence : sequences) {
      if (!present.containsAll(columns(sequence).stream().map(sequence::rowColumn).toList())) {
        Tables.Table source = source(sequence, rows, sources);
        watch.phase("history " + sequence.name() + " of the " + rows.part() + " rows");
        logs.add(log(sequence, source, rows, logs.size()));
      }
    }
    if (logs.isEmpty()) {
      return rows;
    }
    watch.phase("joining the histories of the " + rows.part() + " rows");
    String lists = logs.stream().map(Log::lists).collect(Collectors.joining(", "));
    String joins = logs.stream().map(Log::join).collect(Collectors.joining());
    String relation =
        tables.sorted(
            "SELECT b.*, " + lists + " FROM (" + rows.relation() + ") b" + joins, Tables.ROW);
    for (Log log : logs) {
      duck.run("DROP TABLE " + log.table("place"));
      duck.run("DROP TABLE " + log.table("chunk"));
    }
    return new Rows(
        rows.part(), rows.table(), relation, tables.columns(relation), rows.condition());
  }

  private Tables.Table source(
      SequenceFeature sequence, Rows rows, Function<String, Optional<Tables.Table>> sources) {
    String name = sequence.events().orElseThrow().source();
    String lacking =
        "sequence "
            + sequence.name()
            + ": the "
            + rows.part()
            + " rows bring no history (list columns "
            + columns(sequence).stream().map(sequence::rowColumn).collect(Collectors.joining(", "))
            + "), and ";
    String wanted = "; where rows are scored, name it: --source " + name + "=FILES";
    Optional<Tables.Table> table;
    try {
      table = sources.apply(name);
    } catch (DataException e) {
      throw new DataException(
          lacking + "their log cannot be opened: " + e.getMessage() + wanted, e);
    }
    if (table.isEmpty()) {
      throw new DataException(lacking + "there is no source " + name + " to join it from" + wanted);
    }
    logs.put(name, tables.files("source " + name));
    return table.get();
  }

  /** The columns of the log that the steps have. */
  private static List<String> columns(SequenceFeature sequence) {
    List<String> columns = new ArrayList<>();
    sequence.steps().forEach(step -> columns.add(step.column()));
    sequence.gap().ifPresent(gap -> columns.add(gap.column()));
    return columns;
  }

  /** Numbers and cuts the events, and finds each row's last one. */
  private Log log(SequenceFeature sequence, Tables.Table source, Rows rows, int number) {
    SequenceFeature.Events events = sequence.events().orElseThrow();
    String where = "sequence " + sequence.name() + ": ";
    String inLog = where + "source " + events.source();
    String inRows = where + "data." + rows.part();
    SourceColumn user = Columns.find(source.columns(), events.user(), inLog);
    SourceColumn time = Columns.find(source.columns(), events.time(), inLog);
    SourceColumn rowUser = Columns.find(rows.columns(), events.user(), inRows);
    SourceColumn now = Columns.find(rows.columns(), events.now(), inRows);
    check(where, events, user, rowUser, time, now);
    Map<String, String> values = new LinkedHashMap<>();
    for (String name : columns(sequence)) {
      SourceColumn column = Columns.find(source.columns(), name, inLog);
      if (column.natural().filter(t -> !t.list()).isEmpty()) {
        throw new DataException(
            inLog + ": column " + name + " is " + column.sqlType() + "; a step has single values");
      }
      values.put("c" + values.size(), Sql.name(column.name()));
    }
    Log log = new Log(sequence, number, List.copyOf(values.keySet()));
    String condition = events.where().map(w -> " WHERE (" + w + ")").orElse("");
    String taken = "(SELECT * FROM (" + source.select() + ")" + condition + ")";
    String u = Sql.name(user.name());
    String t = moment(time);
    checkCondition(where, events, taken);
    inspect(events, taken, u, t);
    duck.run(
        "CREATE TEMP TABLE "
            + log.table("event")
            + " AS SELECT u, t, "
            + String.join(", ", values.keySet())
            + ", row_number() OVER (PARTITION BY u ORDER BY t, "
            + String.join(", ", values.keySet())
            + ") AS n FROM (SELECT "
            + u
            + " AS u, "
            + t
            + " AS t, "
            + values.entrySet().stream()
                .map(e -> e.getValue() + " AS " + e.getKey())
                .collect(Collectors.joining(", "))
            + " FROM "
            + taken
            + ") WHERE u IS NOT NULL AND t IS NOT NULL");
    duck.run(
        "CREATE TEMP TABLE "
            + log.table("chunk")
            + " AS SELECT u, (n - 1) // "
            + log.size()
            + " AS k, "
            + values.keySet().stream()
                .map(c -> "list(" + c + " ORDER BY n) AS " + c)
                .collect(Collectors.joining(", "))
            + " FROM "
            + log.table("event")
            + " GROUP BY ALL");
    duck.run(
        "CREATE TEMP TABLE "
            + log.table("place")
            + " AS SELECT r, b.u AS u, n, (n - 1) // "
            + log.size()
            + " AS k FROM (SELECT "
            + Tables.ROW
            + " AS r, "
            + Sql.name(rowUser.name())
            + " AS u, "
            + moment(now)
            + " AS t FROM ("
            + rows.relation()
            + ")) b ASOF JOIN"
            + " (SELECT u, t, max(n) AS n FROM "
            + log.table("event")
            + " GROUP BY u, t) e ON b.u = e.u AND b.t > e.t");
    duck.run("DROP TABLE " + log.table("event"));
    return log;
  }

  private void checkCondition(String where, SequenceFeature.Events events, String taken) {
    try {
      duck.describe(taken);
    } catch (DataException e) {
      throw new DataException(
          where
              + "the condition where: "
              + events.where().orElse("true")
              + " cannot be read from source "
              + events.source()
              + ": "
              + BlockQuery.reason(e),
          e);
    }
  }

  private static void check(
      String where,
      SequenceFeature.Events events,
      SourceColumn user,
      SourceColumn rowUser,
      SourceColumn time,
      SourceColumn now) {
    if (!user.natural().equals(rowUser.natural())) {
      throw new DataException(
          where
              + "the user column "
              + user.name()
              + " is "
              + user.sqlType()
              + " in source "
              + events.source()
              + " and "
              + rowUser.sqlType()
              + " in the rows; declare one type with format: {types: …}");
    }
    boolean comparable = (time.temporal() && now.temporal()) || (time.numeric() && now.numeric());
    if (!comparable) {
      throw new DataException(
          where
              + "the time column "
              + time.name()
              + " of source "
              + events.source()
              + " is "
              + time.sqlType()
              + " and "
              + now.name()
              + " of the rows is "
              + now.sqlType()
              + "; both must be numbers, or both times (TIMESTAMP, DATE): declare them with format:"
              + " {types: …}");
    }
  }

  /** A time, null when it is not finite. */
  private static String moment(SourceColumn column) {
    String name = Sql.name(column.name());
    boolean whole = column.natural().filter(t -> t == ColumnType.INTEGER).isPresent();
    return whole ? name : "CASE WHEN isfinite(" + name + ") THEN " + name + " END";
  }

  /** Notes events without user or time, and whether the users' events had to be sorted. */
  private void inspect(SequenceFeature.Events events, String taken, String u, String t) {
    Duck.Cells counts =
        duck.rows(
                "SELECT count(*), count(*) FILTER (lost), count(*) FILTER (late) FROM (SELECT u IS NULL OR t IS NULL AS lost, NOT lost AND t < lag(t) OVER (PARTITION BY u ORDER BY r) AS late FROM (SELECT "
                    + u
                    + " AS u, "
                    + t
                    + " AS t, "
                    + Tables.ROW
                    + " AS r FROM "
                    + taken
                    + "))")
            .get(0);
    String log =
        "log " + events.source() + events.where().map(w -> " where " + w).orElse("") + ": ";
    if (counts.number(1) > 0) {
      notes.add(
          log
              + "%d of %d events have no user or no time and are left out"
                  .formatted(counts.number(1), counts.number(0)));
    }
    if (counts.number(2) > 0) {
      notes.add(
          log
              + "%d of %d events stood after a later one of their user; they were sorted by %s"
                  .formatted(counts.number(2), counts.number(0), events.time()));
    }
  }

  /**
   * The events of one sequence, numbered.
   *
   * @param number tells its tables from those of others
   * @param values names of the steps' columns in them
   */
  private record Log(SequenceFeature sequence, int number, List<String> values) {
    /** Events per chunk: the steps that are kept and one more. */
    int size() {
      return sequence.max() + 1;
    }

    String table(String kind) {
      return "tandem_" + kind + "_" + number;
    }

    /** Each row's place p, the chunk z of its last event and the chunk a before that. */
    String join() {
      String p = "p" + number;
      String z = "z" + number;
      String a = "a" + number;
      return " LEFT JOIN "
          + table("place")
          + " "
          + p
          + " ON b."
          + Tables.ROW
          + " = "
          + p
          + ".r"
          + " LEFT JOIN "
          + table("chunk")
          + " "
          + z
          + " ON "
          + z
          + ".u = "
          + p
          + ".u AND "
          + z
          + ".k = "
          + p
          + ".k"
          + " LEFT JOIN "
          + table("chunk")
          + " "
          + a
          + " ON "
          + a
          + ".u = "
          + p
          + ".u AND "
          + a
          + ".k = "
          + p
          + ".k - 1";
    }

    /** The slices, under the names that the rows' columns get. */
    String lists() {
      List<String> lists = new ArrayList<>();
      List<String> columns = columns(sequence);
      for (int i = 0; i < values.size(); i++) {
        String value = values.get(i);
        String both =
            "coalesce(a%1$d.%2$s, []) || coalesce(z%1$d.%2$s, [])".formatted(number, value);
        String last = "p%1$d.n - greatest(p%1$d.k - 1, 0) * %2$d".formatted(number, size());
        String slice =
            "list_slice("
                + both
                + ", greatest("
                + last
                + " - "
                + sequence.max()
                + ", 1), "
                + last
                + ")";
        boolean newestFirst = sequence.order() == SequenceFeature.Order.NEWEST_FIRST;
        lists.add(
            (newestFirst ? "list_reverse(" + slice + ")" : slice)
                + " AS "
                + Sql.name(sequence.rowColumn(columns.get(i))));
      }
      return String.join(", ", lists);
    }
  }
}
