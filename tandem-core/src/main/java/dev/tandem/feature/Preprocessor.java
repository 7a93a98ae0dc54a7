package dev.tandem.feature;

import dev.tandem.schema.CrossFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fitted way from raw rows to a {@link Batch}: one implementation for training data, evaluation
 * and prediction. It holds the vocabularies and statistics of the training part. Immutable, safe
 * for use by several threads.
 */
public final class Preprocessor {
  private final Schema schema;
  private final Fitted fitted;
  private final InputLayout layout;
  private final List<FittedTable> tables;
  private final List<Task> tasks;
  private final List<Encoder> encoders;
  private final List<InputColumn> inputs;
  private final int[][] reads; // per encoder, positions in inputs
  private final int[][] observes; // per encoder, positions of what it observes
  private final LabelEncoder labels;

  /**
   * Joins a schema with what was fitted for it.
   *
   * @throws DataException when a feature of the schema was not fitted
   */
  public Preprocessor(Schema schema, Fitted fitted) {
    this.schema = schema;
    this.fitted = fitted;
    this.layout = schema.layout();
    this.encoders = Encoders.of(schema, fitted);
    LinkedHashSet<InputColumn> distinct = new LinkedHashSet<>();
    encoders.forEach(e -> distinct.addAll(e.inputs()));
    this.inputs = List.copyOf(distinct);
    this.reads = positions(Encoder::inputs);
    this.observes = positions(Encoder::observed);
    this.tasks = schema.tasks().stream().map(t -> withClasses(t, fitted)).toList();
    this.labels = new LabelEncoder(tasks, fitted.classes(), fitted.labelMoments());
    this.tables = tables(schema, fitted);
  }

  private int[][] positions(Function<Encoder, List<InputColumn>> columns) {
    return encoders.stream()
        .map(e -> columns.apply(e).stream().mapToInt(inputs::indexOf).toArray())
        .toArray(int[][]::new);
  }

  private static Task withClasses(Task task, Fitted fitted) {
    if (task.kind() != TaskKind.MULTICLASS) {
      return task;
    }
    int classes = fitted.classes().getOrDefault(task.name(), List.of()).size();
    return new Task(
        task.name(),
        task.kind(),
        task.label(),
        task.within(),
        classes,
        task.weight(),
        task.weightDecay());
  }

  private static List<FittedTable> tables(Schema schema, Fitted fitted) {
    Map<String, FittedTable> tables = new LinkedHashMap<>();
    for (Feature feature : schema.features()) {
      for (Table table : feature.tables()) {
        tables.putIfAbsent(
            table.name(), new FittedTable(table.name(), rows(feature, table, fitted), table.dim()));
      }
    }
    return List.copyOf(tables.values());
  }

  private static int rows(Feature feature, Table table, Fitted fitted) {
    if (feature instanceof CrossFeature cross && cross.hashBuckets().isPresent()) {
      return cross.hashBuckets().getAsInt() + 1;
    }
    if (feature instanceof NumericFeature number) {
      for (NumericEncoding encoding : number.encodings()) {
        if (encoding.table().filter(table::equals).isPresent()) {
          if (encoding instanceof NumericEncoding.Scaled) {
            return 2;
          } else if (encoding instanceof NumericEncoding.QuantileBuckets) {
            return fitted.edges().getOrDefault(number.slot(encoding), List.of()).size() + 2;
          }
        }
      }
    }
    if (feature instanceof SequenceFeature sequence
        && sequence.gap().map(SequenceFeature.Gap::table).filter(table::equals).isPresent()) {
      return fitted.edges().getOrDefault(table.name(), List.of()).size() + 2;
    }
    Vocabulary vocabulary = fitted.vocabularies().get(table.name());
    return vocabulary == null ? 1 : vocabulary.size() + 1;
  }

  /** The schema that was fitted. */
  public Schema schema() {
    return schema;
  }

  /** What was fitted. */
  public Fitted fitted() {
    return fitted;
  }

  /** What an encoded row consists of. */
  public InputLayout layout() {
    return layout;
  }

  /** The embedding tables with their fitted sizes. */
  public List<FittedTable> tables() {
    return tables;
  }

  /** The tasks, those with several classes with their fitted number. */
  public List<Task> tasks() {
    return tasks;
  }

  /** The raw columns that encoding reads, each in a type; a block gives them in this order. */
  public List<InputColumn> inputs() {
    return inputs;
  }

  /** An empty batch of the right layout. */
  public Batch newBatch() {
    return new Batch(layout, tasks.size());
  }

  /** Mean and deviation that normalise a regression task's label. */
  public Moments labelMoments(String task) {
    return fitted.labelMoments().getOrDefault(task, Moments.IDENTITY);
  }

  /** Class names of a multi-class task in the order of their indices; empty for other tasks. */
  public List<String> classes(String task) {
    return fitted.classes().getOrDefault(task, List.of());
  }

  /**
   * Encodes raw rows without labels, as prediction does; all states are {@code MISSING}.
   *
   * @param rows the rows
   * @param into filled with as many rows
   * @param counts receives what was unseen, malformed or missing
   */
  public void encode(List<? extends Row> rows, Batch into, EncodingCounts counts) {
    List<Optional<Column>> columns = new ArrayList<>(inputs.size());
    for (InputColumn input : inputs) {
      columns.add(RowColumns.of(input, rows, counts));
    }
    encode(Block.of(rows.size(), columns, tasks.size(), 0), into, counts);
  }

  /**
   * Encodes a block of columns and its groups.
   *
   * @param block columns in the order of {@link #inputs()}, labels in the order of {@link #tasks()}
   * @param into filled with as many rows as the block has
   * @param counts receives what was unseen, malformed or missing
   * @param groups numbers the values of the group column
   */
  public void encode(Block block, Batch into, EncodingCounts counts, GroupIndex groups) {
    encode(block, into, counts);
    encodeGroups(block, into, groups);
  }

  /** Encodes the groups alone, which depend on the blocks before: the rest of a block does not. */
  public void encodeGroups(Block block, Batch into, GroupIndex groups) {
    if (block.group().isPresent()) {
      Column column = block.group().get();
      for (int r = 0; r < block.rows(); r++) {
        into.groups()[r] = groups.of(column, r);
      }
    }
  }

  /**
   * Encodes a block of columns but for its groups, which stay 0.
   *
   * @param block columns in the order of {@link #inputs()}, labels in the order of {@link #tasks()}
   * @param into filled with as many rows as the block has
   * @param counts receives what was unseen, malformed or missing
   */
  public void encode(Block block, Batch into, EncodingCounts counts) {
    int rows = block.rows();
    into.resize(rows);
    List<Column> columns = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      Optional<Column> column = block.inputs().get(i);
      if (column.isEmpty()) {
        counts.countMissingColumn(inputs.get(i).name());
      }
      ColumnType type = inputs.get(i).type();
      columns.add(column.orElseGet(() -> nulls(type, rows)));
      if (columns.get(i) instanceof RealColumn numbers) {
        Numbers.countNotFinite(inputs.get(i).name(), numbers, block, counts);
      }
    }
    for (int e = 0; e < reads.length; e++) {
      List<Column> read = new ArrayList<>(reads[e].length);
      for (int i : reads[e]) {
        read.add(columns.get(i));
      }
      encoders.get(e).encode(read, rows, into, counts);
    }
    labels.encode(block, into, counts);
    for (int r = 0; r < rows; r++) {
      int row = r;
      into.groups()[r] = 0;
      into.weights()[r] = block.weight().map(w -> weight(w, row)).orElse(1f);
      into.rowNumbers()[r] = block.firstRow() + r;
    }
    counts.countRows(rows);
  }

  /**
   * One row of a block as raw values, which {@link #encode(List, Batch, EncodingCounts)} encodes to
   * the same numbers; null where the data have no such column. A column that is read in several
   * types is given in the one from which the others follow: text, then integers, then numbers.
   */
  public Map<String, @Nullable Object> raw(Block block, int row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    Map<String, ColumnType> types = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      InputColumn input = inputs.get(i);
      ColumnType other = types.get(input.name());
      if (other == null || precedence(input.type()) > precedence(other)) {
        types.put(input.name(), input.type());
        values.put(input.name(), block.inputs().get(i).map(c -> c.value(row)).orElse(null));
      }
    }
    return values;
  }

  private static int precedence(ColumnType type) {
    return switch (type.element()) {
      case TEXT -> 2;
      case INTEGER -> 1;
      default -> 0;
    };
  }

  /**
   * The inputs that {@link #check} and {@link #observe} read; the others may be left out of their
   * blocks.
   */
  public List<InputColumn> observedInputs() {
    return encoders.stream().flatMap(e -> e.observed().stream()).distinct().toList();
  }

  /**
   * The rows of a block that must not be trained on, with the reason: numbers that are not finite,
   * vectors of the wrong length, steps whose columns list different numbers of them, weights that
   * are negative or not finite.
   */
  public SortedMap<Integer, String> check(Block block) {
    TreeMap<Integer, String> bad = new TreeMap<>();
    forEachObserved(
        block, (encoder, columns) -> encoder.check(columns, block.rows(), bad::putIfAbsent));
    if (block.weight().isPresent() && block.weight().get() instanceof RealColumn weight) {
      for (int r = 0; r < block.rows(); r++) {
        if (!weight.isNull(r) && !(weight.values[r] >= 0 && weight.values[r] <= Float.MAX_VALUE)) {
          bad.putIfAbsent(
              r, "the weight is " + weight.values[r] + "; weights are finite and not negative");
        }
      }
    }
    return bad;
  }

  /**
   * Adds a block's numbers and labels to {@code statistics}, leaving out the rows in {@code skip}.
   */
  public void observe(Block block, BitSet skip, Statistics statistics) {
    forEachObserved(
        block, (encoder, columns) -> encoder.observe(columns, block.rows(), skip, statistics));
    observeLabels(block, skip, statistics);
  }

  /** Adds a block's labels alone. */
  public void observeLabels(Block block, BitSet skip, Statistics statistics) {
    labels.observe(block, skip, statistics);
  }

  private void forEachObserved(Block block, BiConsumer<Encoder, List<Column>> action) {
    for (int e = 0; e < observes.length; e++) {
      List<Column> columns = new ArrayList<>(observes[e].length);
      for (int i : observes[e]) {
        block.inputs().get(i).ifPresent(columns::add);
      }
      if (!columns.isEmpty() && columns.size() == observes[e].length) {
        action.accept(encoders.get(e), columns);
      }
    }
  }

  private static float weight(Column column, int row) {
    return column.isNull(row) ? 1 : (float) ((RealColumn) column).values[row];
  }

  private static Column nulls(ColumnType type, int rows) {
    boolean[] nulls = new boolean[rows];
    Arrays.fill(nulls, true);
    return switch (type) {
      case INTEGER -> new IntegerColumn(new long[rows], nulls);
      case REAL -> new RealColumn(new double[rows], nulls);
      case TEXT -> new TextColumn(new byte[0], new int[rows + 1], nulls);
      default -> new ListColumn(nulls(type.element(), 0), new int[rows + 1], nulls);
    };
  }

  /**
   * Writes what was fitted: {@code preprocessing.json} and one binary part per large vocabulary.
   * The schema is not among it.
   */
  public void write(PartWriter parts) throws IOException {
    FittedFiles.write(fitted, parts);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws DataException when a part is not what {@link #write} writes
   */
  public static Preprocessor read(Schema schema, PartReader parts) throws IOException {
    return new Preprocessor(schema, FittedFiles.read(parts));
  }
}
