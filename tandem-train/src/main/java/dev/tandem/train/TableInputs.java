package dev.tandem.train;

import dev.tandem.embedding.EmbeddingTable;
import dev.tandem.embedding.Lookups;
import dev.tandem.feature.Batch;
import dev.tandem.feature.FittedTable;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which inputs of a graph are looked up in tables, and where each value stands in one flat array of
 * a batch. Only tables that the graph reads exist:
 *
 * <ul>
 *   <li>{@code fields}: every field's vector, from the table of its name;
 *   <li>{@code fields.k}: the same from task k's own copies, {@code table@k};
 *   <li>{@code linear}: first-order weights, from {@code linear.table} of width 1;
 *   <li>{@code sequence.NAME}: the steps' vectors, the sequence's tables side by side.
 * </ul>
 *
 * Immutable and thread-safe.
 */
final class TableInputs {
  /** One looked-up input: parts side by side, {@code width} floats per row (or per step). */
  record Slab(String input, int width, int sequence, List<Part> parts) {
    boolean isSequence() {
      return sequence >= 0;
    }
  }

  /** A field, or a table of a sequence, in a slab. */
  private record Part(int index, int table, int column) {}

  private final InputLayout layout;
  private final List<FittedTable> tables = new ArrayList<>();
  private final List<Slab> slabs = new ArrayList<>();
  private final Map<String, Integer> tableIndex = new HashMap<>();

  TableInputs(Graph graph, InputLayout layout, List<FittedTable> fitted) {
    this.layout = layout;
    Map<String, FittedTable> known = new HashMap<>();
    fitted.forEach(t -> known.put(t.name(), t));
    for (Input input : graph.inputs()) {
      String name = input.name();
      if (name.equals("fields")) {
        fields(name, known, "", "");
      } else if (name.startsWith("fields.")) {
        int task = Integer.parseInt(name.substring("fields.".length()));
        fields(name, known, "", Table.ofTask(task));
      } else if (name.equals("linear")) {
        fields(name, known, Table.FIRST_ORDER, "");
      } else if (name.startsWith("sequence.")) {
        sequence(name, known);
      }
    }
  }

  private void fields(String input, Map<String, FittedTable> known, String prefix, String suffix) {
    boolean linear = !prefix.isEmpty();
    List<Part> parts = new ArrayList<>();
    int column = 0;
    for (int f = 0; f < layout.fields().size(); f++) {
      FieldSlot slot = layout.fields().get(f);
      FittedTable base = find(known, slot.table(), "field " + slot.name());
      int dim = linear ? 1 : slot.dim();
      if (dim == 0) {
        continue;
      }
      if (!linear && base.dim() != dim) {
        throw new IllegalArgumentException(
            "field " + slot.name() + " has width " + dim + ", its table " + base);
      }
      parts.add(new Part(f, table(prefix + slot.table() + suffix, base.rows(), dim), column));
      column += dim;
    }
    slabs.add(new Slab(input, column, -1, List.copyOf(parts)));
  }

  private void sequence(String input, Map<String, FittedTable> known) {
    String name = input.substring("sequence.".length());
    List<SequenceSlot> slots = layout.sequences();
    for (int s = 0; s < slots.size(); s++) {
      if (slots.get(s).name().equals(name)) {
        List<Part> parts = new ArrayList<>();
        int column = 0;
        for (int t = 0; t < slots.get(s).tables().size(); t++) {
          FittedTable base = find(known, slots.get(s).tables().get(t), "sequence " + name);
          parts.add(new Part(t, table(base.name(), base.rows(), base.dim()), column));
          column += base.dim();
        }
        slabs.add(new Slab(input, column, s, List.copyOf(parts)));
        return;
      }
    }
    throw new IllegalArgumentException("the model reads sequence " + name + ", which no row has");
  }

  private static FittedTable find(Map<String, FittedTable> known, String name, String who) {
    FittedTable table = known.get(name);
    if (table == null) {
      throw new IllegalArgumentException(
          who + " points into table " + name + "; there are " + known.keySet());
    }
    return table;
  }

  private int table(String name, int rows, int dim) {
    return tableIndex.computeIfAbsent(
        name,
        n -> {
          tables.add(new FittedTable(n, rows, dim));
          return tables.size() - 1;
        });
  }

  /** Whether a table of that name holds first-order weights. */
  static boolean isLinear(String table) {
    return table.startsWith(Table.FIRST_ORDER);
  }

  /** The tables that the graph reads. */
  List<FittedTable> tables() {
    return tables;
  }

  /** The looked-up inputs. */
  List<Slab> slabs() {
    return slabs;
  }

  /** Whether any value of a batch is a sum, so that its place must start at zero. */
  boolean adds(Lookups[] lookups) {
    for (Lookups l : lookups) {
      if (l.adds()) {
        return true;
      }
    }
    return false;
  }

  /** Empty lookups, one per table. */
  Lookups[] newLookups() {
    Lookups[] lookups = new Lookups[tables.size()];
    for (int t = 0; t < lookups.length; t++) {
      lookups[t] = new Lookups();
    }
    return lookups;
  }

  /**
   * The common length of each sequence in rows {@code from … from + rows − 1} of a batch: the
   * longest, rounded up to a multiple of 8 so that few shapes occur.
   */
  int[] lengths(Batch batch, int from, int rows) {
    int[] lengths = new int[layout.sequences().size()];
    for (int s = 0; s < lengths.length; s++) {
      int longest = 1;
      for (int r = from; r < from + rows; r++) {
        longest = Math.max(longest, batch.sequenceOffsets(s)[r + 1] - batch.sequenceOffsets(s)[r]);
      }
      lengths[s] = Math.min(layout.sequences().get(s).max(), (longest + 7) / 8 * 8);
    }
    return lengths;
  }

  /** The common length of each sequence in a whole batch. */
  int[] lengths(Batch batch) {
    return lengths(batch, 0, batch.rows());
  }

  /** Floats of a slab per row. */
  int rowFloats(Slab slab, int[] lengths) {
    return slab.isSequence() ? lengths[slab.sequence()] * slab.width() : slab.width();
  }

  /** Where slab {@code i} begins in the flat array of a batch. */
  int base(int i, int rows, int[] lengths) {
    long base = EmbeddingTable.ALIGNMENT;
    for (Slab slab : slabs.subList(0, i)) {
      base += ((long) rows * rowFloats(slab, lengths) + 15) / 16 * 16;
    }
    return Math.toIntExact(base);
  }

  /** Length of the flat array of a batch. */
  int size(int rows, int[] lengths) {
    return base(slabs.size(), rows, lengths);
  }

  /** Fills lookups, one per table, with what a batch reads. */
  void fill(Batch batch, int[] lengths, Lookups[] lookups) {
    for (Lookups l : lookups) {
      l.clear();
    }
    int rows = batch.rows();
    for (int i = 0; i < slabs.size(); i++) {
      Slab slab = slabs.get(i);
      int base = base(i, rows, lengths);
      for (Part part : slab.parts()) {
        int location = base + part.column();
        if (slab.isSequence()) {
          lookups[part.table()].sequence(
              batch.sequenceIds(slab.sequence(), part.index()),
              batch.sequenceOffsets(slab.sequence()),
              lengths[slab.sequence()],
              rows,
              location,
              slab.width());
        } else {
          field(batch, part.index(), lookups[part.table()], location, slab.width());
        }
      }
    }
  }

  private void field(Batch batch, int field, Lookups lookups, int location, int stride) {
    FieldSlot slot = layout.fields().get(field);
    float[] factors = slot.weighted() ? batch.factors(field) : new float[0];
    if (slot.pooling() == Pooling.NONE) {
      lookups.single(batch.ids(field), factors, batch.rows(), location, stride);
    } else {
      lookups.bags(
          batch.ids(field),
          batch.offsets(field),
          factors,
          slot.pooling() == Pooling.MEAN && !slot.weighted(), // weights are shares
          batch.rows(),
          location,
          stride);
    }
  }
}
