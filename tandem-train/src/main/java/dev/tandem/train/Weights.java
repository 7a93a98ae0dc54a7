package dev.tandem.train;

import dev.tandem.archive.Archive;
import dev.tandem.archive.ArchiveException;
import dev.tandem.archive.Part;
import dev.tandem.archive.SafetensorsFile;
import dev.tandem.embedding.EmbeddingTable;
import dev.tandem.embedding.RowOptimizer;
import dev.tandem.feature.FittedTable;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.onnx.FlatFloats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * All numbers of a model: dense parameters in one flat buffer that the engine reads in place, with
 * a copy in a plain array that the optimiser works on; running statistics; embedding tables.
 */
final class Weights {
  private static final double DEVIATION = 0.01;
  private static final int INIT_ROWS = 1 << 14;

  private final List<Parameter> parameters;
  private final FlatFloats dense;
  private final float[] master;
  private final List<EmbeddingTable> tables;
  private final Map<String, EmbeddingTable> byName = new HashMap<>();

  private Weights(List<Parameter> parameters, FlatFloats dense, List<EmbeddingTable> tables) {
    this.parameters = parameters;
    this.dense = dense;
    this.master = new float[dense.size()];
    this.tables = tables;
    tables.forEach(t -> byName.put(t.name(), t));
  }

  /**
   * The starting weights of a training graph: a function of the seed and the names.
   *
   * @param rows how a table of that name moves
   */
  static Weights initial(
      Graph graph,
      List<FittedTable> fitted,
      Function<String, RowOptimizer> rows,
      long seed,
      Workers workers) {
    List<Parameter> parameters = new ArrayList<>(graph.parameters());
    parameters.sort(Comparator.comparing(Parameter::role)); // decayed weights first, then the rest
    Map<String, Integer> counts = new LinkedHashMap<>();
    parameters.forEach(p -> counts.put(p.name(), p.shape().count().size()));
    FlatFloats dense = new FlatFloats(counts);
    List<EmbeddingTable> tables = new ArrayList<>();
    for (FittedTable t : fitted) {
      EmbeddingTable table = new EmbeddingTable(t.name(), t.rows(), t.dim(), rows.apply(t.name()));
      double deviation = TableInputs.isLinear(t.name()) ? 0 : DEVIATION;
      int blocks = (t.rows() + INIT_ROWS - 1) / INIT_ROWS;
      workers.run(
          blocks,
          b ->
              table.initialize(
                  seed, deviation, b * INIT_ROWS, Math.min(t.rows(), (b + 1) * INIT_ROWS)));
      tables.add(table);
    }
    Weights weights = new Weights(parameters, dense, Collections.unmodifiableList(tables));
    parameters.forEach(p -> weights.set(p.name(), Init.draw(p, seed)));
    return weights;
  }

  /** The weights that an archive holds for a scoring graph; nothing in them can be trained on. */
  static Weights stored(Graph graph, List<FittedTable> fitted, Archive archive) {
    try (SafetensorsFile numbers = archive.tensors(Part.WEIGHTS);
        SafetensorsFile rows = archive.tensors(Part.TABLES)) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      graph.parameters().forEach(p -> counts.put(p.name(), p.shape().count().size()));
      FlatFloats dense = new FlatFloats(counts);
      List<EmbeddingTable> tables = new ArrayList<>();
      for (FittedTable t : fitted) {
        // Plain gradient descent keeps no state, so the rows are weights alone.
        EmbeddingTable table =
            new EmbeddingTable(t.name(), t.rows(), t.dim(), new RowOptimizer.Sgd(0, 0));
        CheckpointFile.rows(rows, table, true);
        tables.add(table);
      }
      Weights weights =
          new Weights(graph.parameters(), dense, Collections.unmodifiableList(tables));
      for (Parameter p : graph.parameters()) {
        float[] values = numbers.tensor(p.name()).floats();
        if (values.length != p.shape().count().size()) {
          throw new IllegalArgumentException(
              p.name() + " holds " + values.length + " numbers, the model wants " + p.shape());
        }
        weights.set(p.name(), values);
      }
      return weights;
    } catch (IllegalArgumentException e) {
      throw new ArchiveException(
          ArchiveException.Kind.CORRUPT,
          archive.path() + ": its tensors are not those of its model: " + e.getMessage(),
          e);
    }
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** Every dense number, where the engine reads it. */
  FlatFloats dense() {
    return dense;
  }

  /** The same numbers, where the optimiser works; {@link #publish} carries them over. */
  float[] master() {
    return master;
  }

  /** The numbers before this place are trained, those from it on are running statistics. */
  int trained() {
    return from(Role.STATE);
  }

  /** Where the numbers of a role begin: they lie in the order of the roles. */
  int from(Role role) {
    return parameters.stream()
        .filter(p -> p.role().compareTo(role) >= 0)
        .findFirst()
        .map(p -> dense.offset(p.name()))
        .orElse(dense.size());
  }

  List<EmbeddingTable> tables() {
    return tables;
  }

  /** A table of the trained graph. */
  EmbeddingTable table(String name) {
    EmbeddingTable table = byName.get(name);
    if (table == null) {
      throw new IllegalArgumentException("no table " + name + " among " + byName.keySet());
    }
    return table;
  }

  /** Replaces one parameter. */
  void set(String name, float[] values) {
    dense.set(name, values);
    System.arraycopy(values, 0, master, dense.offset(name), values.length);
  }

  /** Makes a range of the optimiser's numbers visible to the engine. */
  void publish(int from, int to) {
    dense.all().put(from, master, from, to - from);
  }

  /** A copy of every parameter by name. */
  Map<String, float[]> copy() {
    Map<String, float[]> copy = new LinkedHashMap<>();
    parameters.forEach(p -> copy.put(p.name(), dense.get(p.name())));
    return copy;
  }
}
