package dev.tandem.ingest;

import dev.tandem.config.Column;
import dev.tandem.config.DataConfig;
import dev.tandem.config.Part;
import dev.tandem.feature.Batch;
import dev.tandem.feature.Block;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodingCounts;
import dev.tandem.feature.GroupIndex;
import dev.tandem.feature.InputColumn;
import dev.tandem.feature.LabelState;
import dev.tandem.feature.Preprocessor;
import dev.tandem.schema.SequenceFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Raw rows of any source, encoded block by block in their order by a fitted preprocessor, in
 * bounded memory. Owned by one thread; close it.
 *
 * <p>Text files and queries are first read once into the temporary directory; their malformed rows
 * are set aside and listed by {@link #rejects()}.
 */
public final class RawRows implements AutoCloseable {
  private final Path directory;
  private final Duck duck;
  private final Tables tables;
  private final Rows rows;
  private final BlockQuery query;
  private final ColumnStream stream;
  private final EventJoin events;
  private final Preprocessor preprocessor;
  private final boolean labelled;
  private final EncodingCounts counts = new EncodingCounts();
  private final GroupIndex groups = new GroupIndex();
  private final Map<String, Reject> firstMalformed = new LinkedHashMap<>();
  private long setAside;
  private long done;

  private RawRows(
      Path directory,
      Duck duck,
      Tables tables,
      EventJoin events,
      Preprocessor preprocessor,
      Request request) {
    this.directory = directory;
    this.duck = duck;
    this.tables = tables;
    this.events = events;
    this.rows =
        Parts.only(
            duck, tables, request.data(), request.part(), preprocessor.schema().tasks(), events);
    this.preprocessor = preprocessor;
    this.labelled = request.labelled();
    requireSomeColumn(rows, preprocessor);
    this.query =
        new BlockQuery(duck, rows, preprocessor, new HashSet<>(preprocessor.inputs()), labelled);
    this.stream = duck.stream(query.sql(), request.rowsPerBlock());
  }

  /**
   * What to read.
   *
   * @param data the run's data section: sources, derived columns and the format of files
   * @param part the rows
   * @param labelled whether labels, groups and weights are wanted; then rows that training would
   *     set aside have only missing labels
   * @param rowsPerBlock rows per block, rounded up to a multiple of 2,048
   */
  public record Request(DataConfig data, Part part, boolean labelled, int rowsPerBlock) {}

  /**
   * Opens rows.
   *
   * @param preprocessor fitted; encodes the rows
   * @param request what to read
   * @param limits what the query engine may use
   * @param temporary where text, queries and spilled data go; removed when closed
   */
  public static RawRows open(
      Preprocessor preprocessor, Request request, EngineLimits limits, Path temporary) {
    try {
      Files.createDirectories(temporary);
      Path directory = Files.createTempDirectory(temporary, "tandem-rows-");
      Duck duck = new Duck(limits, directory.resolve("spill"));
      try {
        Tables tables = new Tables(duck, directory, !request.labelled());
        EventJoin events =
            EventJoin.of(duck, tables, preprocessor.schema(), new Watch(Progress.SILENT));
        return new RawRows(directory, duck, tables, events, preprocessor, request);
      } catch (RuntimeException e) {
        duck.close();
        Durable.delete(directory);
        throw e;
      }
    } catch (IOException e) {
      throw new DataException(
          "rows cannot be read with temporary files in " + temporary + ": " + e.getMessage(), e);
    }
  }

  /** Rows without any column of the model, as of a file without a header, are none of its rows. */
  private static void requireSomeColumn(Rows rows, Preprocessor preprocessor) {
    Set<String> wanted =
        preprocessor.inputs().stream()
            .map(InputColumn::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<String> found = rows.columns().stream().map(SourceColumn::name).toList();
    if (!wanted.isEmpty()
        && found.stream().noneMatch(c -> wanted.stream().anyMatch(c::equalsIgnoreCase))) {
      throw new DataException(
          String.join(", ", rows.table().origin())
              + " has none of the columns that the model reads: "
              + String.join(", ", wanted)
              + ". Its columns: "
              + String.join(", ", found)
              + Column.unnamed(found));
    }
  }

  /**
   * Encodes the next block.
   *
   * @param into filled with it
   * @return whether there was one
   */
  public boolean next(Batch into) {
    if (!stream.next()) {
      return false;
    }
    Block block = query.block(stream, done);
    preprocessor.encode(block, into, counts, groups);
    SortedSet<Integer> bad = labelled ? bad(block) : new TreeSet<>();
    for (BlockQuery.Unreadable value : query.unreadable(stream)) {
      counts.countMalformed(value.column().name(), done + value.row(), value.text());
      bad.add(value.row());
    }
    locateMalformed();
    if (labelled) {
      int tasks = preprocessor.tasks().size();
      for (int row : bad) {
        for (int t = 0; t < tasks; t++) {
          into.states()[row * tasks + t] = LabelState.MISSING.code();
          into.labels()[row * tasks + t] = 0;
        }
      }
      setAside += bad.size();
    }
    done += stream.rows();
    return true;
  }

  private SortedSet<Integer> bad(Block block) {
    return new TreeSet<>(preprocessor.check(block).keySet());
  }

  /** Finds where those first malformed values stand that are in the current block. */
  private void locateMalformed() {
    long[] positions = BlockQuery.positions(stream);
    counts
        .examples()
        .forEach(
            (column, example) ->
                firstMalformed.computeIfAbsent(
                    column,
                    name -> {
                      long position = positions[Math.toIntExact(example.row() - done)];
                      return rows.table().reject(position, "column " + name, example.value());
                    }));
  }

  /** Number of rows, read by counting them now. */
  public long count() {
    try (Duck second = duck.second()) {
      return second.number(rows.select("count(*)"));
    }
  }

  /** What encoding met so far that the preprocessor does not know. */
  public EncodingCounts counts() {
    return counts;
  }

  /**
   * Where the first value of a column stands that could not be read and counts as missing, with the
   * value as its text; of the columns in {@link EncodingCounts#malformed} for which it is known.
   */
  public Map<String, Reject> firstMalformed() {
    return Collections.unmodifiableMap(firstMalformed);
  }

  /** The files that histories were joined from, by source; none where the rows bring them. */
  public Map<String, List<String>> logs() {
    return events.logs();
  }

  /** What a reader should know of those files: events that are left out, events in no order. */
  public List<String> notes() {
    return events.notes();
  }

  /** Rows so far whose labels do not count because training would have set them aside. */
  public long setAside() {
    return setAside;
  }

  /** Lines of text that could not be read and are not among the rows. */
  public List<Reject> rejects() {
    return List.copyOf(tables.rejects());
  }

  /** The raw columns of the rows. */
  public List<Column> columns() {
    return SourceColumn.all(rows.columns());
  }

  /**
   * The values of one raw column as text, in the rows' order.
   *
   * @param missing what stands for a missing value
   * @throws DataException naming the columns when there is none of that name
   */
  public List<String> texts(String column, String missing) {
    if (columns().stream().noneMatch(c -> c.name().equals(column))) {
      throw new DataException(
          "the data have no column "
              + column
              + "; their columns: "
              + columns().stream().map(Column::name).collect(Collectors.joining(", ")));
    }
    try (Duck second = duck.second()) {
      String text =
          "coalesce(CAST(%s AS VARCHAR), %s)".formatted(Sql.name(column), Sql.text(missing));
      return second.rows(rows.select(text)).stream().map(cells -> cells.get(0)).toList();
    }
  }

  /**
   * The raw values of one row as text, by column; a missing value is empty.
   *
   * @param number the row's, from 0; empty if there are fewer
   */
  public Map<String, String> row(long number) {
    List<String> names = columns().stream().map(Column::name).toList();
    String texts =
        names.stream()
            .map(name -> "CAST(" + Sql.name(name) + " AS VARCHAR)")
            .collect(Collectors.joining(", "));
    Map<String, String> values = new LinkedHashMap<>();
    try (Duck second = duck.second()) {
      for (Duck.Cells cells : second.rows(rows.select(texts) + " LIMIT 1 OFFSET " + number)) {
        for (int i = 0; i < names.size(); i++) {
          values.put(names.get(i), cells.get(i));
        }
      }
    }
    return values;
  }

  /**
   * Collects one value per row and name, in the rows' order, to be written beside the raw columns.
   */
  public Scores scores(List<String> names) {
    return new Scores(duck, rows, names, joined());
  }

  /** Columns that only the join of histories has added. */
  private List<String> joined() {
    List<String> own = rows.table().columns().stream().map(SourceColumn::name).toList();
    return preprocessor.schema().features().stream()
        .filter(f -> f instanceof SequenceFeature sequence && sequence.events().isPresent())
        .flatMap(f -> f.columns().stream())
        .filter(c -> !own.contains(c) && c.contains("."))
        .filter(c -> rows.columns().stream().anyMatch(column -> column.name().equals(c)))
        .toList();
  }

  @Override
  public void close() {
    try {
      closeEngine();
    } catch (DataException e) {
      removeFiles();
      throw e;
    }
    removeFiles();
  }

  private void closeEngine() {
    try (duck) {
      stream.close();
    }
  }

  private void removeFiles() {
    try {
      Durable.delete(directory);
    } catch (IOException e) {
      throw new DataException(
          "temporary files in " + directory + " cannot be removed: " + e.getMessage(), e);
    }
  }

  /** Names of the engine's file formats by the extension of a file to write. */
  static final Map<String, String> FORMATS =
      Map.of(
          "parquet", "FORMAT parquet",
          "csv", "FORMAT csv, HEADER true",
          "tsv", "FORMAT csv, HEADER true, DELIMITER '\t'",
          "json", "FORMAT json",
          "jsonl", "FORMAT json",
          "ndjson", "FORMAT json");
}
