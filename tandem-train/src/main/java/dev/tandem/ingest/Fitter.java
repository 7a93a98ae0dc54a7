package dev.tandem.ingest;

import dev.tandem.feature.Block;
import dev.tandem.feature.Column;
import dev.tandem.feature.ColumnType;
import dev.tandem.feature.DataException;
import dev.tandem.feature.Fitted;
import dev.tandem.feature.IntegerColumn;
import dev.tandem.feature.LongVocabulary;
import dev.tandem.feature.Moments;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.RealColumn;
import dev.tandem.feature.Statistics;
import dev.tandem.feature.TextColumn;
import dev.tandem.feature.TextVocabulary;
import dev.tandem.feature.Vocabulary;
import dev.tandem.schema.CrossFeature;
import dev.tandem.schema.DenseFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.MultiIdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Learns vocabularies and statistics from the training rows. */
final class Fitter {
  private static final int BLOCK = 16_384;
  private static final int MOST_BAD = 1_000_000;

  private final Duck duck;
  private final Schema schema;
  private final Watch watch;
  private final Map<String, ColumnType> types = new LinkedHashMap<>();

  Fitter(Duck duck, Schema schema, Watch watch) {
    this.duck = duck;
    this.schema = schema;
    this.watch = watch;
  }

  /** Fits everything; rows that are set aside are not among those it learns from. */
  Preprocessor fit(Rows train) {
    for (Feature feature : schema.features()) {
      for (String name : feature.columns()) {
        types.put(
            name,
            type(
                train,
                feature,
                Columns.find(
                    train.columns(),
                    name,
                    "feature " + feature.name() + ": data." + train.part())));
      }
    }
    Map<String, ColumnType> keys = new LinkedHashMap<>();
    schema.features().forEach(f -> keyTypes(f, keys));
    Preprocessor unfitted = new Preprocessor(schema, unfitted(keys));

    Statistics statistics = new Statistics();
    List<Long> bad = observe(train, unfitted, statistics);
    checkLabels(train, statistics);
    Rows kept = bad.isEmpty() ? train : train.and(exclude(bad));

    Map<String, Vocabulary> vocabularies = new LinkedHashMap<>();
    Map<String, Table> tables =
        schema.tables().stream()
            .collect(Collectors.toMap(Table::name, t -> t, (a, b) -> a, LinkedHashMap::new));
    int done = 0;
    for (Map.Entry<String, ColumnType> key : keys.entrySet()) {
      watch.phase("vocabulary of " + key.getKey() + " (" + ++done + " of " + keys.size() + ")");
      Table table = tables.get(key.getKey());
      if (table != null) {
        vocabularies.put(table.name(), vocabulary(kept, table, key.getValue(), statistics));
      }
    }
    return new Preprocessor(
        schema,
        new Fitted(
            types,
            moments(statistics),
            edges(statistics),
            vocabularies,
            classes(statistics),
            labelMoments(statistics)));
  }

  private static ColumnType type(Rows train, Feature feature, SourceColumn column) {
    ColumnType type =
        column
            .natural()
            .orElseThrow(
                () ->
                    new DataException(
                        "feature "
                            + feature.name()
                            + ": column "
                            + column.name()
                            + " is "
                            + column.sqlType()
                            + ", which no feature reads; take a field of it with data.derive"));
    boolean numbers = feature instanceof NumericFeature;
    boolean clock =
        feature instanceof SequenceFeature sequence
            && sequence.gap().filter(gap -> gap.now().equals(column.name())).isPresent();
    boolean list =
        feature instanceof MultiIdFeature
            || feature instanceof DenseFeature
            || (feature instanceof SequenceFeature && !clock);
    if (clock && !column.numeric() && !column.temporal()) {
      throw new DataException(
          "feature "
              + feature.name()
              + ": column "
              + column.name()
              + ", the time of the "
              + train.part()
              + " rows, is "
              + column.sqlType()
              + ", neither a number nor a time; declare format: {types: {"
              + column.name()
              + ": TIMESTAMP}}");
    }
    if (numbers && type != ColumnType.INTEGER && type != ColumnType.REAL && !column.numeric()) {
      throw new DataException(
          "feature "
              + feature.name()
              + " is numeric, but column "
              + column.name()
              + " of the "
              + train.part()
              + " rows is "
              + column.sqlType()
              + "; make it an id feature, or declare format: {types: {"
              + column.name()
              + ": DOUBLE}} so that rows that do not fit are set aside");
    } else if (type.list() && !list) {
      throw new DataException(
          "feature "
              + feature.name()
              + ": column "
              + column.name()
              + " is "
              + column.sqlType()
              + ", a list; make it a multi-id, dense or sequence feature");
    } else if (list && !type.list() && !separated(feature)) {
      throw new DataException(
          "feature "
              + feature.name()
              + ": column "
              + column.name()
              + " is "
              + column.sqlType()
              + ", not a list; give a separator if it is text");
    }
    return type;
  }

  private static boolean separated(Feature feature) {
    if (feature instanceof MultiIdFeature multi) {
      return multi.separator().isPresent();
    } else if (feature instanceof DenseFeature dense) {
      return dense.separator().isPresent();
    }
    return feature instanceof SequenceFeature sequence && sequence.separator().isPresent();
  }

  /**
   * The key type of every table with a vocabulary: integers or reals when all its columns are, else
   * text.
   */
  private void keyTypes(Feature feature, Map<String, ColumnType> keys) {
    if (feature instanceof IdFeature id) {
      merge(keys, id.table(), natural(id.column()));
    } else if (feature instanceof MultiIdFeature multi) {
      boolean text = multi.separator().isPresent() || multi.weightSeparator().isPresent();
      merge(keys, multi.table(), text ? ColumnType.TEXT : natural(multi.column()).element());
    } else if (feature instanceof CrossFeature cross && cross.hashBuckets().isEmpty()) {
      merge(keys, cross.table(), ColumnType.TEXT);
    } else if (feature instanceof SequenceFeature sequence) {
      for (SequenceFeature.Step step : sequence.steps()) {
        merge(
            keys,
            step.table(),
            sequence.separator().isPresent()
                ? ColumnType.TEXT
                : natural(sequence.rowColumn(step.column())).element());
      }
    } else if (feature instanceof NumericFeature number) {
      for (NumericEncoding encoding : number.encodings()) {
        if (encoding instanceof NumericEncoding.Log2Buckets log2) {
          merge(keys, log2.buckets(), ColumnType.INTEGER);
        }
      }
    }
  }

  private ColumnType natural(String column) {
    return types.getOrDefault(column, ColumnType.TEXT);
  }

  private static void merge(Map<String, ColumnType> keys, Table table, ColumnType type) {
    keys.merge(
        table.name(),
        type,
        (a, b) ->
            a == b
                ? a
                : a == ColumnType.TEXT || b == ColumnType.TEXT ? ColumnType.TEXT : ColumnType.REAL);
  }

  /** What the encoders need to exist before anything is known. */
  private Fitted unfitted(Map<String, ColumnType> keys) {
    Map<String, Moments> moments = new HashMap<>();
    Map<String, List<Double>> edges = new HashMap<>();
    schema.layout().numbers().forEach(n -> moments.put(n, Moments.IDENTITY));
    schema.layout().fields().forEach(f -> moments.put(f.name(), Moments.IDENTITY));
    schema.layout().fields().forEach(f -> edges.put(f.name(), List.of()));
    gaps().forEach(gap -> edges.put(gap.table().name(), List.of()));
    Map<String, Vocabulary> empty = new HashMap<>();
    keys.forEach((table, type) -> empty.put(table, empty(type)));
    return new Fitted(types, moments, edges, empty, Map.of(), Map.of());
  }

  private static Vocabulary empty(ColumnType type) {
    return switch (type) {
      case INTEGER -> new LongVocabulary(LongVocabulary.Meaning.INTEGER);
      case REAL -> new LongVocabulary(LongVocabulary.Meaning.REAL);
      default -> new TextVocabulary();
    };
  }

  /** One pass over numbers and labels; positions of the rows to set aside. */
  private List<Long> observe(Rows train, Preprocessor unfitted, Statistics statistics) {
    BlockQuery query =
        new BlockQuery(duck, train, unfitted, new LinkedHashSet<>(unfitted.observedInputs()), true);
    List<Long> bad = new ArrayList<>();
    watch.phase("numbers and labels");
    try (ColumnStream stream = duck.stream(query.sql(), BLOCK)) {
      while (stream.next()) {
        Block block = query.block(stream, 0);
        SortedMap<Integer, String> reasons = unfitted.check(block);
        BitSet skip = new BitSet();
        long[] positions = BlockQuery.positions(stream);
        reasons.forEach(
            (row, reason) -> {
              skip.set(row);
              bad.add(positions[row]);
            });
        if (bad.size() > MOST_BAD) {
          throw new DataException(
              "more than " + MOST_BAD + " training rows cannot be used, such as: " + reasons);
        }
        unfitted.observe(block, skip, statistics);
        watch.rows(stream.rows());
      }
    }
    return bad;
  }

  private String exclude(List<Long> bad) {
    duck.run("CREATE OR REPLACE TEMP TABLE tandem_bad (row BIGINT)");
    for (int from = 0; from < bad.size(); from += 1000) {
      duck.run(
          "INSERT INTO tandem_bad VALUES "
              + bad.subList(from, Math.min(bad.size(), from + 1000)).stream()
                  .map(b -> "(" + b + ")")
                  .collect(Collectors.joining(", ")));
    }
    return Tables.ROW + " NOT IN (SELECT row FROM tandem_bad)";
  }

  private void checkLabels(Rows train, Statistics statistics) {
    for (Task task : schema.tasks()) {
      Statistics.Labels labels = statistics.labels(task.name());
      LabelCheck.valid(task, train.part(), labels);
      boolean none =
          task.kind() == TaskKind.MULTICLASS ? labels.values().isEmpty() : labels.observed() == 0;
      if (none) {
        throw new DataException(
            "task "
                + task.name()
                + ": no training row has a label; "
                + labels.missing()
                + " are missing and "
                + labels.outside()
                + " are outside its sample space");
      } else if (task.kind() == TaskKind.BINARY && labels.positives() == 0) {
        throw new DataException(
            "task "
                + task.name()
                + ": none of its "
                + labels.observed()
                + " training labels is positive; check the label "
                + task.label());
      } else if (task.kind() == TaskKind.BINARY && labels.positives() == labels.observed()) {
        throw new DataException(
            "task "
                + task.name()
                + ": all of its "
                + labels.observed()
                + " training labels are positive; check the label "
                + task.label());
      }
    }
  }

  private Map<String, Moments> moments(Statistics statistics) {
    Map<String, Moments> moments = new LinkedHashMap<>();
    for (Feature feature : schema.features()) {
      if (feature instanceof NumericFeature number) {
        for (NumericEncoding encoding : number.encodings()) {
          if (!(encoding instanceof NumericEncoding.QuantileBuckets)
              && !(encoding instanceof NumericEncoding.Log2Buckets)) {
            moments.put(number.slot(encoding), statistics.moments(number.slot(encoding)));
          }
        }
      } else if (feature instanceof DenseFeature dense && dense.standardise()) {
        for (int i = 0; i < dense.size(); i++) {
          moments.put(dense.slot(i), statistics.moments(dense.slot(i)));
        }
      }
    }
    return moments;
  }

  private Map<String, List<Double>> edges(Statistics statistics) {
    Map<String, List<Double>> edges = new LinkedHashMap<>();
    for (Feature feature : schema.features()) {
      if (feature instanceof NumericFeature number) {
        for (NumericEncoding encoding : number.encodings()) {
          if (encoding instanceof NumericEncoding.QuantileBuckets quantiles) {
            String slot = number.slot(encoding);
            edges.put(slot, statistics.edges(slot, quantiles.count()));
          }
        }
      }
    }
    gaps()
        .forEach(
            gap -> {
              String slot = gap.table().name();
              edges.put(slot, statistics.logarithmicEdges(slot, gap.buckets()));
            });
    return edges;
  }

  private Stream<SequenceFeature.Gap> gaps() {
    return schema.features().stream()
        .filter(SequenceFeature.class::isInstance)
        .flatMap(f -> ((SequenceFeature) f).gap().stream());
  }

  private Vocabulary vocabulary(Rows rows, Table table, ColumnType type, Statistics statistics) {
    Vocabulary vocabulary = empty(type);
    if (statistics.bucketTables().contains(table.name())) {
      statistics.buckets(table.name()).entrySet().stream()
          .filter(e -> e.getValue() >= table.minCount())
          .sorted(
              Map.Entry.<Long, Long>comparingByValue()
                  .reversed()
                  .thenComparing(Map.Entry.comparingByKey()))
          .limit(table.maxVocabulary() > 0 ? table.maxVocabulary() : Long.MAX_VALUE)
          .forEach(e -> ((LongVocabulary) vocabulary).add(e.getKey()));
      return vocabulary;
    }
    List<String> values = new ArrayList<>();
    schema.features().forEach(f -> values.addAll(TableValues.of(f, table, type, rows)));
    if (values.isEmpty()) {
      return vocabulary;
    }
    String limit = table.maxVocabulary() > 0 ? " LIMIT " + table.maxVocabulary() : "";
    String sql =
        "SELECT v FROM ("
            + String.join(" UNION ALL ", values)
            + ") WHERE v IS NOT NULL"
            + (type == ColumnType.REAL ? " AND isfinite(v)" : "")
            + " GROUP BY v HAVING count(*) >= "
            + table.minCount()
            + " ORDER BY count(*) DESC, v"
            + limit;
    try (ColumnStream stream = duck.stream(sql, BLOCK)) {
      while (stream.next()) {
        add(vocabulary, stream.columns().get(0), stream.rows());
      }
    }
    return vocabulary;
  }

  private static void add(Vocabulary vocabulary, Column column, int rows) {
    for (int i = 0; i < rows; i++) {
      if (vocabulary instanceof TextVocabulary texts) {
        TextColumn c = (TextColumn) column;
        texts.add(c.bytes(), c.offsets()[i], c.offsets()[i + 1] - c.offsets()[i]);
      } else if (column instanceof IntegerColumn c) {
        ((LongVocabulary) vocabulary).add(c.values()[i]);
      } else {
        ((LongVocabulary) vocabulary).add(LongVocabulary.bits(((RealColumn) column).values()[i]));
      }
    }
  }

  private Map<String, List<String>> classes(Statistics statistics) {
    Map<String, List<String>> classes = new LinkedHashMap<>();
    for (Task task : schema.tasks()) {
      if (task.kind() == TaskKind.MULTICLASS) {
        List<String> names = new ArrayList<>(statistics.labels(task.name()).values().keySet());
        boolean numbers = names.stream().allMatch(n -> n.matches("-?[0-9]+(\\.[0-9]+)?"));
        names.sort(numbers ? Comparator.comparing(BigDecimal::new) : Comparator.naturalOrder());
        if (names.size() < 2 || names.size() >= 1000) {
          throw new DataException(
              "task "
                  + task.name()
                  + ": its training labels have "
                  + names.size()
                  + " distinct values; a multi-class task has 2 to 999");
        } else if (task.classes() > 1 && names.size() != task.classes()) {
          throw new DataException(
              "task "
                  + task.name()
                  + ": "
                  + task.classes()
                  + " classes are declared, the training rows have "
                  + names.size()
                  + ": "
                  + String.join(", ", names));
        }
        classes.put(task.name(), List.copyOf(names));
      }
    }
    return classes;
  }

  private Map<String, Moments> labelMoments(Statistics statistics) {
    return schema.tasks().stream()
        .filter(t -> t.kind() == TaskKind.REGRESSION)
        .collect(Collectors.toMap(Task::name, t -> statistics.labels(t.name()).moments()));
  }
}
