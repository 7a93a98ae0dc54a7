package dev.tandem.ingest;

import dev.tandem.config.Format;
import dev.tandem.feature.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Raw tables as the engine reads them, each row with a number that does not depend on threads.
 * Parquet is read where it is; text is read once, its malformed lines set aside, and kept as
 * Parquet in the staging directory, as are queries.
 */
final class Tables {
  /**
   * Column with the number of a row: the file's position times 2^40 plus the row's position in the
   * file.
   */
  static final String ROW = "tandem_row";

  private static final int MOST_UNFIT = 1_000_000;

  private final Duck duck;
  private final Path staging;
  private final List<Reject> rejects = new ArrayList<>();
  private final Map<String, SourceFiles> files = new LinkedHashMap<>();
  private final boolean mayBeEmpty;
  private long read;
  private int staged;

  Tables(Duck duck, Path staging) {
    this(duck, staging, false);
  }

  /**
   * The tables of one run.
   *
   * @param mayBeEmpty whether a file without rows is no mistake, as when there is nothing to score
   */
  Tables(Duck duck, Path staging, boolean mayBeEmpty) {
    this.duck = duck;
    this.staging = staging;
    this.mayBeEmpty = mayBeEmpty;
  }

  /** Lines that were set aside while reading text. */
  List<Reject> rejects() {
    return rejects;
  }

  /** Rows of text read, those set aside included. */
  long read() {
    return read;
  }

  /** The files of a table that was opened under that name. */
  List<String> files(String name) {
    SourceFiles source = files.get(name);
    return source == null ? List.of() : source.files();
  }

  /** A table of files. */
  Table open(String name, List<String> patterns, Format format) {
    SourceFiles source = SourceFiles.resolve(duck, name, patterns, format);
    files.put(name, source);
    return source.type() == Format.Type.PARQUET ? parquet(source) : text(source);
  }

  private Table text(SourceFiles source) {
    long before = read;
    int known = rejects.size();
    try {
      return text(source, source);
    } catch (DataException e) {
      if (!LineEnds.mayBeMixed(e)) {
        throw e;
      }
    }
    read = before;
    rejects.subList(known, rejects.size()).clear();
    try {
      return text(LineEnds.unified(source, staging), source);
    } catch (DataException e) {
      if (!LineEnds.mayBeMixed(e)) {
        throw e;
      }
      throw new DataException(
          source.name()
              + ": "
              + String.join(", ", source.files())
              + " cannot be read as "
              + source.type()
              + ": it is something else, or its quotes are damaged; data.format says how files are written",
          e);
    }
  }

  /** Reads text; where it stands is told by the names of the files that it was copied from. */
  private Table text(SourceFiles source, SourceFiles named) {
    return source.type() == Format.Type.CSV ? csv(source, named) : json(source, named);
  }

  private static String name(SourceFiles source, SourceFiles named, String file) {
    int at = source.files().indexOf(file);
    return at < 0 ? file : named.files().get(at);
  }

  private Table parquet(SourceFiles source) {
    List<SourceColumn> first =
        duck.describe("SELECT * FROM read_parquet(" + Sql.text(source.files().get(0)) + ")");
    Map<String, SourceColumn> expected = new LinkedHashMap<>();
    first.forEach(c -> expected.put(c.name(), c));
    for (String file : source.files().subList(1, source.files().size())) {
      List<SourceColumn> columns =
          duck.describe("SELECT * FROM read_parquet(" + Sql.text(file) + ")");
      Map<String, SourceColumn> found =
          columns.stream().collect(Collectors.toMap(SourceColumn::name, c -> c));
      for (SourceColumn column : first) {
        SourceColumn other = found.get(column.name());
        if (other == null) {
          throw new DataException(
              source.name()
                  + ": "
                  + file
                  + " has no column "
                  + column.name()
                  + ", which "
                  + source.files().get(0)
                  + " has; its columns: "
                  + String.join(", ", found.keySet()));
        }
        if (!other.sqlType().equals(column.sqlType()) && !(other.numeric() && column.numeric())) {
          throw TypeChange.of(
              source.name(),
              column.name(),
              column.sqlType(),
              source.files().get(0),
              other.sqlType(),
              file);
        }
      }
    }
    String scan =
        "read_parquet("
            + Sql.texts(source.files())
            + (source.files().size() > 1 ? ", union_by_name=true" : "")
            + ")";
    return typed(source, table(source.name(), scan, source.files()));
  }

  private Table csv(SourceFiles source, SourceFiles named) {
    DelimitedText text = DelimitedText.of(duck, source);
    Map<String, String> types = text.types();
    String suffix = Integer.toString(staged);
    String errors =
        "store_rejects=true, rejects_limit=0, rejects_table='reject_"
            + suffix
            + "', rejects_scan='scan_"
            + suffix
            + "'";
    String target = stage("SELECT * FROM " + text.scan(source.files(), types, errors));
    List<Duck.Cells> bad =
        duck.rows(
            "SELECT s.file_path, r.line, r.error_message, r.csv_line FROM reject_"
                + suffix
                + " r JOIN scan_"
                + suffix
                + " s USING (scan_id, file_id) ORDER BY s.file_path, r.line, r.column_idx");
    String lastFile = "";
    long lastLine = -1;
    for (Duck.Cells row : bad) {
      if (!row.get(0).equals(lastFile) || row.number(1) != lastLine) {
        rejects.add(
            new Reject(
                name(source, named, row.get(0)), row.number(1), row.get(2), row.get(3).strip()));
        read++;
      }
      lastFile = row.get(0);
      lastLine = row.number(1);
    }
    return staged(source.name(), target, named.files());
  }

  private Table json(SourceFiles source, SourceFiles named) {
    String lines =
        "(SELECT line, row_number() OVER () AS number FROM " + source.lines(source.files()) + ")";
    long before = rejects.size();
    for (String file : source.files()) {
      String numbered =
          "(SELECT line, row_number() OVER () AS number FROM " + source.lines(List.of(file)) + ")";
      for (Duck.Cells row :
          duck.rows(
              "SELECT number, line FROM "
                  + numbered
                  + " WHERE line IS NOT NULL AND NOT json_valid(line) ORDER BY number")) {
        rejects.add(
            new Reject(name(source, named, file), row.number(0), "not valid JSON", row.get(1)));
      }
    }
    read += rejects.size() - before;
    Duck.Cells structure =
        duck.rows(
                "SELECT json_group_structure(line::JSON) FROM "
                    + lines
                    + " WHERE line IS NOT NULL AND json_valid(line)")
            .get(0);
    if (structure.isNull(0) || !structure.get(0).startsWith("{")) {
      throw new DataException(
          source.name()
              + ": "
              + String.join(", ", named.files())
              + " holds no JSON objects, one per line");
    }
    String target =
        stage(
            "SELECT unnest(o) FROM (SELECT json_transform(line, "
                + Sql.text(structure.get(0).replace("\"UBIGINT\"", "\"BIGINT\""))
                + ") AS o FROM "
                + lines
                + " WHERE line IS NOT NULL AND json_valid(line))");
    return typed(named, staged(source.name(), target, named.files()));
  }

  /** A table of a query's rows, in an order that does not depend on threads. */
  Table query(String name, String sql) {
    duck.run("SET threads = 1");
    String target;
    try {
      target = stage(sql);
    } finally {
      duck.run("SET threads = " + duck.limits().threads());
    }
    return table(name, "read_parquet(" + Sql.text(target) + ")", List.of(name));
  }

  /** A query for the rows of {@code sql}, written once, sorted by one of its columns. */
  String sorted(String sql, String column) {
    return "SELECT * FROM read_parquet("
        + Sql.text(stage(sql + " ORDER BY " + Sql.name(column)))
        + ")";
  }

  /** The columns of a query for rows, {@link #ROW} apart. */
  List<SourceColumn> columns(String relation) {
    return duck.describe("SELECT * EXCLUDE (" + ROW + ") FROM (" + relation + ")");
  }

  /** Writes a query's rows to the staging directory; the file. */
  private String stage(String sql) {
    String target = staging.resolve("table-" + staged++ + ".parquet").toString();
    duck.run(
        "COPY (" + sql + ") TO " + Sql.text(target) + " (FORMAT parquet, COMPRESSION lz4_raw)");
    return target;
  }

  private Table staged(String name, String target, List<String> origin) {
    String scan = "read_parquet(" + Sql.text(target) + ")";
    long rows = duck.number("SELECT count(*) FROM " + scan);
    read += rows;
    if (rows == 0 && !mayBeEmpty) {
      throw new DataException(name + ": " + String.join(", ", origin) + " holds no rows");
    }
    return table(name, scan, origin.size() == 1 ? origin : List.of(name));
  }

  private Table table(String name, String scan, List<String> origin) {
    String select =
        "SELECT *, (file_index::BIGINT << 40) + file_row_number AS " + ROW + " FROM " + scan;
    return new Table(name, select, origin, columns(select));
  }

  /** The table with columns in the types that are declared; rows that do not fit are set aside. */
  private Table typed(SourceFiles source, Table table) {
    if (source.format().types().isEmpty()) {
      return table;
    }
    Columns.checkDeclared(source, table.columns().stream().map(SourceColumn::name).toList());
    DeclaredTypes types = new DeclaredTypes(source.format());
    String unfit = " FROM (" + table.select() + ") WHERE " + types.reason() + " IS NOT NULL";
    long count = duck.number("SELECT count(*)" + unfit);
    if (count > MOST_UNFIT) {
      throw new DataException(
          source.name()
              + ": "
              + count
              + " rows of "
              + String.join(", ", source.files())
              + " do not fit format.types: "
              + source.format().types());
    }
    for (Duck.Cells row :
        duck.rows("SELECT " + ROW + ", " + types.reason() + unfit + " ORDER BY " + ROW)) {
      rejects.add(table.reject(row.number(0), row.get(1)));
    }
    String select = types.fitting(table.select());
    return new Table(table.name(), select, table.origin(), columns(select));
  }

  /**
   * A raw table.
   *
   * @param name its name in messages
   * @param select a query with all its columns and {@link #ROW}
   * @param origin the files behind the positions in {@link #ROW}, or one name for rows that were
   *     staged
   * @param columns its columns, {@link #ROW} apart
   */
  record Table(String name, String select, List<String> origin, List<SourceColumn> columns) {
    Table {
      origin = List.copyOf(origin);
      columns = List.copyOf(columns);
    }

    /** Where a row stands. */
    Reject reject(long row, String reason) {
      return reject(row, reason, "");
    }

    /** The same with the text that is wrong. */
    Reject reject(long row, String reason, String text) {
      return new Reject(origin.get((int) (row >>> 40)), (row & (1L << 40) - 1) + 1, reason, text);
    }
  }
}
