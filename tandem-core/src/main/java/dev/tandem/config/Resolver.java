package dev.tandem.config;

import dev.tandem.schema.CrossFeature;
import dev.tandem.schema.DenseFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.MultiIdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Lays a configuration over the columns of a source: patterns become features, and every named
 * column must exist.
 */
public final class Resolver {
  private final RunConfig run;
  private final FeaturesConfig features;
  private final SourceColumns columns;
  private final Map<String, Table> tables = new HashMap<>();
  private final List<Feature> found = new ArrayList<>();

  private Resolver(RunConfig run, List<Column> columns) {
    this.run = run;
    this.features = run.features();
    this.columns = new SourceColumns(run, columns);
  }

  /**
   * The schema of a run over a source with these columns, derived ones included. A pure function.
   *
   * @param columns the columns of the training part, in order, with {@code data.derive} applied
   * @throws ConfigException naming every column that is missing, leaks a label or has a type that
   *     does not fit
   * @throws dev.tandem.schema.SchemaException when the features contradict each other
   */
  public static Resolution resolve(RunConfig run, List<Column> columns) {
    return new Resolver(run, columns).resolve();
  }

  private Resolution resolve() {
    List<Task> tasks = tasks(run);
    ids();
    features.multiIds().forEach(this::multiId);
    features.crosses().forEach(this::cross);
    numbers();
    features.dense().forEach(this::dense);
    features.sequences().forEach(this::sequence);
    checkTables();
    columns.checkNames();
    columns.throwIfAny();
    return new Resolution(new Schema(found, tasks, run.group(), run.weight()), columns.notes());
  }

  /** The tasks as the schema has them. */
  static List<Task> tasks(RunConfig run) {
    List<Task> tasks = new ArrayList<>();
    run.tasks()
        .forEach(
            (name, task) ->
                tasks.add(
                    new Task(
                        name,
                        task.kind(),
                        task.label().filter(label -> !label.equals(name)).orElse(quoted(name)),
                        task.within(),
                        task.kind() == TaskKind.MULTICLASS ? task.classes().orElse(0) : 1,
                        task.weight(),
                        task.weightDecay())));
    return tasks;
  }

  /** A column as SQL takes it whatever its name, {@code like} for one. */
  private static String quoted(String column) {
    return "\"" + column.replace("\"", "\"\"") + "\"";
  }

  private void ids() {
    IdsConfig ids = features.ids();
    Set<String> unused = new LinkedHashSet<>(ids.settings().keySet());
    for (Column column : columns.expand(ids.columns(), ids.except(), "ids", SourceColumns.Use.ID)) {
      unused.remove(column.name());
      IdsConfig.Settings own = ids.settings().get(column.name());
      Optional<IdsConfig.Settings> settings = Optional.ofNullable(own);
      Table table =
          table(
              settings.flatMap(IdsConfig.Settings::table).orElse(column.name()),
              settings.flatMap(IdsConfig.Settings::dim).or(ids::dim),
              settings.flatMap(IdsConfig.Settings::minCount).or(ids::minCount),
              settings.flatMap(IdsConfig.Settings::maxVocabulary).or(ids::maxVocabulary));
      Side side =
          side(
              settings.flatMap(IdsConfig.Settings::side).or(ids::side),
              column.name(),
              column.name());
      found.add(new IdFeature(column.name(), column.name(), table, side));
    }
    unused.forEach(
        name -> columns.report("features.ids.settings." + name, name + " is not among the ids"));
  }

  private void multiId(String name, MultiIdConfig multi) {
    String where = "features.multi_ids." + name;
    String column = multi.column().orElse(name);
    columns.need(
        column,
        where,
        multi.separator().isPresent() ? SourceColumns.Use.TEXT : SourceColumns.Use.LIST);
    Pooling pooling = multi.pooling() == MultiIdConfig.Pooling.MEAN ? Pooling.MEAN : Pooling.SUM;
    Table table =
        table(multi.table().orElse(name), multi.dim(), multi.minCount(), multi.maxVocabulary());
    Side side = side(multi.side(), name, column);
    found.add(
        new MultiIdFeature(
            name,
            column,
            multi.separator(),
            multi.weightSeparator(),
            pooling,
            multi.max(),
            table,
            side));
  }

  private void cross(String name, CrossConfig cross) {
    cross
        .columns()
        .forEach(column -> columns.need(column, "features.crosses." + name, SourceColumns.Use.ID));
    Table table =
        cross.hashBuckets().isPresent()
            ? Table.whole(name, cross.dim().orElse(features.dim()))
            : table(name, cross.dim(), cross.minCount(), cross.maxVocabulary());
    OptionalInt buckets = cross.hashBuckets().map(OptionalInt::of).orElse(OptionalInt.empty());
    Set<Side> sides = new LinkedHashSet<>();
    cross.columns().forEach(column -> sides.add(side(Optional.empty(), column, column)));
    // A cross belongs to whom all of its columns belong; the user's with the item's is nobody's
    // alone.
    Side common = sides.size() == 1 ? sides.iterator().next() : Side.UNKNOWN;
    found.add(new CrossFeature(name, cross.columns(), buckets, table, cross.side().orElse(common)));
  }

  private void numbers() {
    Map<String, NumericConfig> byName = new LinkedHashMap<>();
    features
        .numeric()
        .forEach(
            (name, number) -> {
              if (number.column().isPresent() || !new ColumnPattern(name).isPattern()) {
                columns.need(
                    number.column().orElse(name),
                    "features.numeric." + name,
                    SourceColumns.Use.NUMBER);
                byName.put(name, number);
              }
            });
    features
        .numeric()
        .forEach(
            (name, number) -> {
              if (number.column().isEmpty() && new ColumnPattern(name).isPattern()) {
                columns
                    .expand(List.of(name), List.of(), "numeric", SourceColumns.Use.NUMBER)
                    .forEach(column -> byName.putIfAbsent(column.name(), number));
              }
            });
    byName.forEach(
        (name, number) -> {
          String column = number.column().orElse(name);
          List<NumericEncoding> encodings =
              number.encodings().stream().map(e -> encoding(name, e)).toList();
          found.add(new NumericFeature(name, column, encodings, side(number.side(), name, column)));
        });
  }

  private NumericEncoding encoding(String name, NumericConfig.Encoding encoding) {
    if (encoding instanceof NumericConfig.Standardise standardise) {
      return new NumericEncoding.Standardise(standardise.clip());
    } else if (encoding instanceof NumericConfig.Log log) {
      return new NumericEncoding.Log(log.clip());
    } else if (encoding instanceof NumericConfig.Log2Buckets log2) {
      int dim = log2.dim().orElse(features.dim());
      return new NumericEncoding.Log2Buckets(new Table(name + ".log2", dim, log2.minCount(), 0));
    } else if (encoding instanceof NumericConfig.QuantileBuckets quantiles) {
      Table table = Table.whole(name + ".bucket", quantiles.dim().orElse(features.dim()));
      return new NumericEncoding.QuantileBuckets(quantiles.count(), table);
    }
    NumericConfig.Scaled scaled = (NumericConfig.Scaled) encoding;
    return new NumericEncoding.Scaled(
        Table.whole(name + ".scaled", scaled.dim().orElse(features.dim())));
  }

  private void dense(String name, DenseConfig dense) {
    String column = dense.column().orElse(name);
    columns.need(
        column,
        "features.dense." + name,
        dense.separator().isPresent() ? SourceColumns.Use.TEXT : SourceColumns.Use.LIST);
    Side side = side(dense.side(), name, column);
    found.add(
        new DenseFeature(name, column, dense.separator(), dense.size(), dense.standardise(), side));
  }

  private void sequence(String name, SequenceConfig sequence) {
    String where = "features.sequences." + name;
    boolean joined = sequence.events().isPresent();
    SourceColumns.Use use =
        sequence.separator().isPresent() ? SourceColumns.Use.TEXT : SourceColumns.Use.LIST;
    Map<String, String> byTarget = new LinkedHashMap<>();
    byTarget.put(
        sequence.sequence(), sequence.column().orElse(joined ? sequence.sequence() : name));
    byTarget.putAll(sequence.with());
    List<SequenceFeature.Step> steps = new ArrayList<>();
    byTarget.forEach(
        (target, column) -> {
          if (!joined) {
            columns.need(column, where, use);
          }
          Table table = idTable(target, where);
          if (table != null) {
            steps.add(new SequenceFeature.Step(column, target, table));
          }
        });
    if (steps.isEmpty()) {
      return;
    }
    Optional<SequenceFeature.Events> events = sequence.events().map(e -> events(e, where));
    int dim = steps.get(0).table().dim();
    Optional<String> now = sequence.now().or(() -> events.map(SequenceFeature.Events::now));
    Optional<SequenceFeature.Gap> gap =
        sequence
            .time()
            .map(
                time ->
                    new SequenceFeature.Gap(
                        time,
                        now.orElse(time),
                        Table.whole(name + ".gap", dim),
                        sequence.gapBuckets()));
    sequence.now().ifPresent(column -> columns.need(column, where, SourceColumns.Use.ANY));
    if (!joined) {
      sequence.time().ifPresent(column -> columns.need(column, where, use));
    }
    found.add(
        new SequenceFeature(
            name,
            steps,
            sequence.combine(),
            gap,
            events,
            sequence.separator(),
            sequence.max(),
            sequence.order(),
            Side.USER));
  }

  private SequenceFeature.Events events(SequenceConfig.EventsConfig log, String where) {
    String now = log.now().orElse(log.time());
    columns.need(log.user(), where, SourceColumns.Use.ANY);
    columns.need(now, where, SourceColumns.Use.ANY);
    return new SequenceFeature.Events(log.source(), log.user(), log.time(), now, log.where());
  }

  private @org.jspecify.annotations.Nullable Table idTable(String feature, String where) {
    for (Feature candidate : found) {
      if (candidate instanceof IdFeature id && id.name().equals(feature)) {
        return id.table();
      }
    }
    List<String> names =
        found.stream().filter(IdFeature.class::isInstance).map(Feature::name).toList();
    columns.report(where, feature + " is not an id feature" + Nearest.hint(feature, names));
    return null;
  }

  /**
   * A table by name; features that share it and say nothing of their own take the settings of the
   * first.
   */
  private Table table(
      String name,
      Optional<Integer> dim,
      Optional<Integer> minCount,
      Optional<Integer> maxVocabulary) {
    Table first = tables.get(name);
    Table table =
        new Table(
            name,
            dim.orElse(first == null ? features.dim() : first.dim()),
            minCount.orElse(first == null ? features.minCount() : first.minCount()),
            maxVocabulary.orElse(first == null ? 0 : first.maxVocabulary()));
    tables.putIfAbsent(name, table);
    return table;
  }

  /** A table of the user's must not have the name of one that a model makes beside it. */
  private void checkTables() {
    Set<Table> all = new LinkedHashSet<>();
    found.forEach(feature -> all.addAll(feature.tables()));
    Set<String> made = new HashSet<>();
    for (int k = 0; k < run.tasks().size(); k++) {
      String own = Table.ofTask(k);
      all.forEach(table -> made.add(table.name() + own));
    }
    for (Table table : all) {
      boolean firstOrder = table.name().startsWith(Table.FIRST_ORDER);
      if (firstOrder || made.contains(table.name())) {
        columns.report(
            "features",
            "a table is named "
                + table.name()
                + ", as a model names "
                + (firstOrder
                    ? "first-order weights (" + Table.FIRST_ORDER + "TABLE)"
                    : "a task's own copy of a table (TABLE" + Table.ofTask(0) + ")")
                + "; give the feature or its table another name");
      }
    }
  }

  private Side side(Optional<Side> own, String name, String column) {
    if (own.isPresent()) {
      return own.get();
    }
    FeaturesConfig.Sides sides = features.sides();
    if (matches(sides.user(), name, column)) {
      return Side.USER;
    } else if (matches(sides.item(), name, column)) {
      return Side.ITEM;
    }
    return matches(sides.context(), name, column) ? Side.CONTEXT : Side.UNKNOWN;
  }

  private static boolean matches(List<String> patterns, String name, String column) {
    return patterns.stream()
        .map(ColumnPattern::new)
        .anyMatch(p -> p.matches(name) || p.matches(column));
  }
}
