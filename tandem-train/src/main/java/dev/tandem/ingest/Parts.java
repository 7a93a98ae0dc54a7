package dev.tandem.ingest;

import dev.tandem.config.DataConfig;
import dev.tandem.config.Format;
import dev.tandem.config.Part;
import dev.tandem.config.Source;
import dev.tandem.config.Split;
import dev.tandem.feature.DataException;
import dev.tandem.schema.Task;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Divides the data into parts, each a condition on the rows of a table, so that no part is ever
 * copied.
 */
final class Parts {
  static final String TRAIN = "train";
  static final String VALIDATION = "validation";
  static final String TEST = "test";

  private final Duck duck;
  private final Tables tables;
  private final DataConfig data;
  private final List<Task> tasks;
  private final EventJoin events;
  private final Map<String, Tables.Table> sources = new LinkedHashMap<>();
  private final Map<String, Rows> parts = new LinkedHashMap<>();

  private Parts(Duck duck, Tables tables, DataConfig data, List<Task> tasks, EventJoin events) {
    this.duck = duck;
    this.tables = tables;
    this.data = data;
    this.tasks = tasks;
    this.events = events;
  }

  /**
   * The parts by name: {@code train} first, then those of {@code validation} and {@code test} that
   * there are. Without histories that are joined from a log.
   */
  static Map<String, Rows> of(Duck duck, Tables tables, DataConfig data, List<Task> tasks) {
    return of(duck, tables, data, tasks, EventJoin.none(duck, tables));
  }

  /** The same with the histories that {@code events} joins. */
  static Map<String, Rows> of(
      Duck duck, Tables tables, DataConfig data, List<Task> tasks, EventJoin events) {
    Parts parts = new Parts(duck, tables, data, tasks, events);
    parts.openSources();
    parts.resolve();
    return parts.ordered();
  }

  /**
   * The rows of one part alone, with the derived columns of {@code data}; of its sources those are
   * opened that {@code events} joins.
   */
  static Rows only(
      Duck duck, Tables tables, DataConfig data, Part part, List<Task> tasks, EventJoin events) {
    return new Parts(duck, tables, data, tasks, events).base("rows", part);
  }

  /** The training rows among the parts. */
  static Rows train(Map<String, Rows> parts) {
    return Objects.requireNonNull(
        parts.get(TRAIN), "every way of dividing data gives training rows");
  }

  private Map<String, Rows> ordered() {
    Map<String, Rows> ordered = new LinkedHashMap<>();
    for (String name : List.of(TRAIN, VALIDATION, TEST)) {
      Optional.ofNullable(parts.get(name)).ifPresent(rows -> ordered.put(name, rows));
    }
    return ordered;
  }

  private void openSources() {
    data.sources().keySet().forEach(this::source);
  }

  /** A source, opened when first asked for; empty when there is none of that name. */
  private Optional<Tables.Table> source(String name) {
    Tables.Table open = sources.get(name);
    Source source = data.sources().get(name);
    if (open != null || source == null) {
      return Optional.ofNullable(open);
    }
    Tables.Table table =
        tables.open("source " + name, source.files(), source.format().orElse(data.format()));
    sources.put(name, table);
    duck.run(
        "CREATE TEMP VIEW "
            + Sql.name(name)
            + " AS SELECT * EXCLUDE ("
            + Tables.ROW
            + ") FROM ("
            + table.select()
            + ")");
    return Optional.of(table);
  }

  private void resolve() {
    if (data.rows().isPresent()) {
      Rows all = base("rows", data.rows().get());
      split(
          all,
          data.split()
              .orElseThrow(
                  () ->
                      new DataException(
                          "data.rows is given without data.split: nothing says how to divide them")));
      return;
    }
    Part train =
        data.train()
            .orElseThrow(
                () -> new DataException("data.train is missing: which rows are trained on?"));
    Map<String, Part> given = new LinkedHashMap<>();
    given.put(TRAIN, train);
    data.test().ifPresent(p -> given.put(TEST, p));
    data.validation().ifPresent(p -> given.put(VALIDATION, p));
    for (String name : given.keySet()) {
      resolve(name, given, new ArrayList<>());
    }
  }

  private Rows resolve(String name, Map<String, Part> given, List<String> path) {
    Rows known = parts.get(name);
    if (known != null) {
      return known;
    }
    if (path.contains(name)) {
      throw new DataException(
          "data."
              + name
              + " is taken from itself: "
              + String.join(" from ", path)
              + " from "
              + name);
    }
    path.add(name);
    Part part = given.get(name);
    if (part == null) {
      throw new DataException(
          "data."
              + path.get(0)
              + ".from names "
              + name
              + ", which is not given; parts: "
              + String.join(", ", given.keySet())
              + "; sources: "
              + sources.keySet());
    }
    Optional<String> from = part.from().filter(f -> !sources.containsKey(f));
    if (from.isEmpty()) {
      Rows rows = base(name, part);
      parts.put(name, rows);
      return rows;
    }
    Rows parent = resolve(from.get(), given, path);
    Rows taken = drawn(filtered(parent.as(name), part), part);
    String condition = taken.condition();
    parts.put(name, taken);
    parts.put(from.get(), parent.without(condition));
    return taken;
  }

  private static Rows filtered(Rows rows, Part part) {
    return part.where().map(rows::and).orElse(rows);
  }

  private Rows drawn(Rows rows, Part part) {
    if (part.fraction().isEmpty()) {
      return rows;
    }
    String draw = draw(rows, part.group(), part.seed());
    return rows.and(below(rows, draw, part.fraction().get(), part.group(), part.stratify()));
  }

  private Rows base(String name, Part part) {
    Format format = part.format().orElse(data.format());
    Tables.Table table;
    if (part.sql().isPresent()) {
      table = tables.query("data." + name, part.sql().get());
    } else if (part.from().isPresent()) {
      Tables.Table source = sources.get(part.from().get());
      if (source == null) {
        throw new DataException(
            "data."
                + name
                + ".from names "
                + part.from().get()
                + ", which is no source; sources: "
                + sources.keySet());
      }
      table = source;
    } else {
      table = tables.open("data." + name, part.files(), format);
    }
    String relation = table.select();
    if (!data.derive().isEmpty()) {
      relation =
          "SELECT *, "
              + data.derive().entrySet().stream()
                  .map(e -> "(" + e.getValue() + ") AS " + Sql.name(e.getKey()))
                  .collect(Collectors.joining(", "))
              + " FROM ("
              + relation
              + ")";
    }
    Rows rows = new Rows(name, table, relation, tables.columns(relation), "true");
    return drawn(filtered(events.join(rows, this::source), part), part);
  }

  private void split(Rows all, Split split) {
    if (split instanceof Split.Random random) {
      String draw = draw(all, random.group(), random.seed());
      String test = below(all, draw, random.test(), random.group(), random.stratify());
      String held =
          below(
              all,
              draw,
              sum(random.test(), random.validation()),
              random.group(),
              random.stratify());
      put(all, held, test, random.validation() > 0, random.test() > 0);
    } else if (split instanceof Split.Time time) {
      String column = Sql.name(column(all, time.column()));
      Optional<String> validation = time.validationFrom().map(v -> column + " >= " + Sql.text(v));
      Optional<String> test = time.testFrom().map(v -> column + " >= " + Sql.text(v));
      if (time.validation().isPresent() || time.test().isPresent()) {
        double testShare = time.test().orElse(0.0);
        double heldShare = sum(testShare, time.validation().orElse(0.0));
        test =
            testShare > 0 ? Optional.of(later(all, column, sum(1, -testShare))) : Optional.empty();
        validation =
            heldShare > testShare
                ? Optional.of(later(all, column, sum(1, -heldShare)))
                : Optional.empty();
      }
      String testCondition = test.orElse("false");
      put(
          all,
          validation.orElse("false") + " OR " + testCondition,
          testCondition,
          validation.isPresent(),
          test.isPresent());
    } else if (split instanceof Split.Column by) {
      String column = Sql.name(column(all, by.column())) + "::VARCHAR";
      String validation = in(column, by.validation());
      String test = in(column, by.test());
      parts.put(
          TRAIN,
          by.train().isEmpty()
              ? all.as(TRAIN).without("(" + validation + ") OR (" + test + ")")
              : all.as(TRAIN).and(in(column, by.train())));
      if (!by.validation().isEmpty()) {
        parts.put(VALIDATION, all.as(VALIDATION).and(validation));
      }
      if (!by.test().isEmpty()) {
        parts.put(TEST, all.as(TEST).and(test));
      }
    }
  }

  private void put(Rows all, String held, String test, boolean hasValidation, boolean hasTest) {
    parts.put(TRAIN, all.as(TRAIN).without(held));
    if (hasValidation) {
      parts.put(VALIDATION, all.as(VALIDATION).and(held).without(test));
    }
    if (hasTest) {
      parts.put(TEST, all.as(TEST).and(test));
    }
  }

  /** 0.1 + 0.2 is 0.3, as its reader expects. */
  private static double sum(double a, double b) {
    return BigDecimal.valueOf(a).add(BigDecimal.valueOf(b)).doubleValue();
  }

  private static String in(String column, List<String> values) {
    return values.isEmpty()
        ? "false"
        : column + " IN (" + values.stream().map(Sql::text).collect(Collectors.joining(", ")) + ")";
  }

  private String later(Rows rows, String column, double share) {
    Duck.Cells value =
        duck.rows(rows.select("quantile_disc(" + column + ", " + share + ")::VARCHAR")).get(0);
    return value.isNull(0) ? "false" : column + " > " + Sql.text(value.get(0));
  }

  private String draw(Rows rows, Optional<String> group, long seed) {
    String key =
        group
            .map(g -> Draw.valueKey(Sql.name(column(rows, g)), Tables.ROW))
            .orElse(Draw.rowKey(Tables.ROW));
    return Draw.of(key, seed);
  }

  /**
   * The condition that draws a share of the rows, of the groups, or of the rows of each stratum.
   */
  private String below(
      Rows rows, String draw, double share, Optional<String> group, Optional<String> stratify) {
    if (share <= 0) {
      return "false";
    } else if (share >= 1) {
      return "true";
    }
    String sample = group.isPresent() ? "DISTINCT " : "";
    if (stratify.isEmpty()) {
      Duck.Cells limit =
          duck.rows(
                  "SELECT quantile_disc(d, "
                      + share
                      + ") FROM ("
                      + rows.select(sample + draw + " AS d")
                      + ")")
              .get(0);
      return limit.isNull(0) ? "false" : draw + " <= " + limit.get(0);
    }
    String stratum = "coalesce((" + stratum(rows, stratify.get()) + ")::VARCHAR, '')";
    List<Duck.Cells> limits =
        duck.rows(
            "SELECT s, quantile_disc(d, "
                + share
                + ") FROM ("
                + rows.select(sample + draw + " AS d, " + stratum + " AS s")
                + ") GROUP BY s ORDER BY s LIMIT 1001");
    if (limits.size() > 1000) {
      throw new DataException(
          "stratify: "
              + stratify.get()
              + " has more than 1000 values; stratify by a label or by a column with few values");
    }
    String cases =
        limits.stream()
            .map(l -> "WHEN " + Sql.text(l.get(0)) + " THEN " + l.get(1))
            .collect(Collectors.joining(" "));
    return limits.isEmpty() ? "false" : draw + " <= CASE " + stratum + " " + cases + " END";
  }

  private String stratum(Rows rows, String name) {
    return tasks.stream()
        .filter(t -> t.name().equals(name))
        .map(Task::label)
        .findFirst()
        .orElseGet(() -> Sql.name(column(rows, name)));
  }

  private static String column(Rows rows, String name) {
    return Columns.find(rows.columns(), name, "data." + rows.part()).name();
  }
}
