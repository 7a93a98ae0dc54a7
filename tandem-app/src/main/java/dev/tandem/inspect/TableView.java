package dev.tandem.inspect;

import dev.tandem.archive.Archive;
import dev.tandem.archive.Part;
import dev.tandem.archive.SafetensorsFile;
import dev.tandem.embedding.EmbeddingTable;
import dev.tandem.feature.Vocabulary;
import dev.tandem.schema.Feature;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Table;
import dev.tandem.train.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The embedding tables of a stored model, with names for their rows. Not thread-safe. */
public final class TableView {
  private static final int SHOWN = 10;
  private static final int BLOCK = 4096;

  private final StoredModel model;
  private final Map<String, int[]> reads = new HashMap<>();

  /** The tables of a model, with the counts of reads that its archive holds. */
  public TableView(StoredModel model) {
    this.model = model;
    try (Archive archive = Archive.open(model.path())) {
      if (archive.has(Part.READS)) {
        try (SafetensorsFile file = archive.tensors(Part.READS)) {
          file.tensors().forEach(t -> reads.put(t.spec().name(), t.ints()));
        }
      }
    }
  }

  /** The names by which tables may be asked for: those of tables, features and fields. */
  public List<String> names() {
    Set<String> names = new LinkedHashSet<>();
    model.preprocessor().schema().features().stream()
        .filter(f -> !f.tables().isEmpty())
        .forEach(f -> names.add(f.name()));
    model.preprocessor().layout().fields().forEach(f -> names.add(f.name()));
    tables().forEach(t -> names.add(t.name()));
    return List.copyOf(names);
  }

  private List<EmbeddingTable> tables() {
    return model.model().tables();
  }

  /** The tables that a feature, field or sequence reads, or the table of that name. */
  private List<EmbeddingTable> tables(String name) {
    Set<String> wanted = new LinkedHashSet<>();
    for (Feature feature : model.preprocessor().schema().features()) {
      if (feature.name().equals(name)) {
        feature.tables().stream().map(Table::name).forEach(wanted::add);
      }
    }
    for (FieldSlot field : model.preprocessor().layout().fields()) {
      if (field.name().equals(name)) {
        wanted.add(field.table());
      }
    }
    return tables().stream()
        .filter(t -> t.name().equals(name) || wanted.contains(base(t.name())))
        .toList();
  }

  /** The declared table behind a task's copy ({@code table@k}) or first-order weights. */
  private static String base(String table) {
    return table.replaceFirst("^linear\\.", "").replaceFirst("@[^@]*$", "");
  }

  /** A card per table. */
  public List<TableCard> cards() {
    return tables().stream().map(this::card).toList();
  }

  /** A card per table that goes with a name; none if there is no such name. */
  public List<TableCard> cards(String name) {
    return tables(name).stream().map(this::card).toList();
  }

  private TableCard card(EmbeddingTable table) {
    double[] norms = norms(table);
    int[] read = reads.get(table.name());
    IntToDoubleFunction rarity = r -> read == null ? 0 : read[r];
    return new TableCard(
        table.name(),
        table.rows(),
        table.dim(),
        readers(base(table.name())),
        distribution(norms),
        norms[0],
        read == null ? List.of() : List.of(reads(read)),
        read == null ? List.of() : first(table, norms, rarity),
        first(table, norms, r -> -norms[r]));
  }

  /** The rows, without row 0, that come first by a number; the smaller row of equals. */
  private List<TableCard.RowCard> first(
      EmbeddingTable table, double[] norms, IntToDoubleFunction by) {
    Comparator<Integer> order =
        Comparator.<Integer>comparingDouble(by::applyAsDouble)
            .thenComparing(Comparator.naturalOrder());
    return first(table.rows(), order).stream().map(r -> row(table, r, norms[r])).toList();
  }

  private static List<Integer> first(int rows, Comparator<Integer> order) {
    PriorityQueue<Integer> best = new PriorityQueue<>(order.reversed());
    for (int r = 1; r < rows; r++) {
      best.add(r);
      if (best.size() > SHOWN) {
        best.remove();
      }
    }
    return best.stream().sorted(order).toList();
  }

  private List<String> readers(String table) {
    List<String> readers = new ArrayList<>();
    for (FieldSlot field : model.preprocessor().layout().fields()) {
      if (field.table().equals(table)) {
        readers.add(field.name());
      }
    }
    for (SequenceSlot sequence : model.preprocessor().layout().sequences()) {
      if (sequence.tables().contains(table)) {
        readers.add(sequence.name());
      }
    }
    return readers;
  }

  private static double[] norms(EmbeddingTable table) {
    double[] norms = new double[table.rows()];
    scan(
        table,
        (row, values, at) -> norms[row] = Math.sqrt(dot(values, at, values, at, table.dim())));
    return norms;
  }

  private interface RowVisitor {
    void visit(int row, float[] values, int at);
  }

  private static void scan(EmbeddingTable table, RowVisitor visitor) {
    float[] block = new float[BLOCK * table.dim()];
    for (int from = 0; from < table.rows(); from += BLOCK) {
      int count = Math.min(BLOCK, table.rows() - from);
      table.weights(from, count, block);
      for (int r = 0; r < count; r++) {
        visitor.visit(from + r, block, r * table.dim());
      }
    }
  }

  private static double dot(float[] a, int i, float[] b, int j, int n) {
    double sum = 0;
    for (int c = 0; c < n; c++) {
      sum += (double) a[i + c] * b[j + c];
    }
    return sum;
  }

  private static TableCard.Norms distribution(double[] norms) {
    double[] own = Arrays.copyOfRange(norms, 1, norms.length);
    Arrays.sort(own);
    int n = own.length;
    if (n == 0) {
      return new TableCard.Norms(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    double mean = Arrays.stream(own).average().orElse(Double.NaN);
    double squares = Arrays.stream(own).map(x -> (x - mean) * (x - mean)).sum();
    return new TableCard.Norms(
        mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1)), own[0], own[n / 2], own[n - 1]);
  }

  private static TableCard.Reads reads(int[] counts) {
    int[] own = Arrays.copyOfRange(counts, 1, counts.length);
    Arrays.sort(own);
    long never = IntStream.of(own).filter(c -> c == 0).count();
    long rare = IntStream.of(own).filter(c -> c < TableCard.RARE).count();
    return new TableCard.Reads(never, rare, own.length == 0 ? 0 : own[own.length / 2], counts[0]);
  }

  private TableCard.RowCard row(EmbeddingTable table, int row, double norm) {
    int[] read = reads.get(table.name());
    return new TableCard.RowCard(
        row, value(base(table.name()), row), norm, read == null ? -1 : read[row]);
  }

  private String value(String table, int row) {
    Vocabulary vocabulary = vocabulary(table);
    if (row == 0) {
      return "(missing or unknown)";
    }
    return vocabulary == null ? "bucket " + row : vocabulary.text(row);
  }

  private @Nullable Vocabulary vocabulary(String table) {
    return model.preprocessor().fitted().vocabularies().get(table);
  }

  /** Whether the rows of any table that goes with a name stand for values of a vocabulary. */
  public boolean hasValues(String name) {
    return tables(name).stream().anyMatch(t -> vocabulary(base(t.name())) != null);
  }

  /** Whether any table that goes with a name has a row for a value. */
  public boolean knows(String name, String value) {
    return tables(name).stream().anyMatch(t -> find(t, value) > 0);
  }

  private int find(EmbeddingTable table, String value) {
    Vocabulary vocabulary = vocabulary(base(table.name()));
    return vocabulary == null ? 0 : vocabulary.id(value);
  }

  /**
   * The rows nearest to that of a value, by the cosine of the angle between them, in every table
   * that goes with a name and knows the value. Rows of zeros have no direction and are left out.
   */
  public List<TableCard.Neighbours> neighbours(String name, String value) {
    List<TableCard.Neighbours> all = new ArrayList<>();
    for (EmbeddingTable table : tables(name)) {
      int row = find(table, value);
      if (row > 0) {
        all.add(neighbours(table, row));
      }
    }
    return all;
  }

  private TableCard.Neighbours neighbours(EmbeddingTable table, int row) {
    float[] own = new float[table.dim()];
    table.weights(row, 1, own);
    double[] norms = norms(table);
    double[] cosines = new double[table.rows()];
    scan(
        table,
        (r, values, at) ->
            cosines[r] =
                r == row || norms[r] == 0 || norms[row] == 0
                    ? Double.NEGATIVE_INFINITY
                    : dot(own, 0, values, at, table.dim()) / (norms[r] * norms[row]));
    Comparator<Integer> order =
        Comparator.<Integer>comparingDouble(r -> -cosines[r])
            .thenComparing(Comparator.naturalOrder());
    List<TableCard.Neighbour> nearest =
        first(table.rows(), order).stream()
            .filter(r -> Double.isFinite(cosines[r]))
            .map(r -> new TableCard.Neighbour(row(table, r, norms[r]), cosines[r]))
            .toList();
    return new TableCard.Neighbours(table.name(), row(table, row, norms[row]), nearest);
  }
}
