package dev.tandem.scoring;

import dev.tandem.feature.Batch;
import dev.tandem.graph.Input;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How encoded rows become an executable's inputs: vectors looked up in tables, numbers, sequences
 * with their masks. Immutable and thread-safe.
 */
final class Feeding {
  private final InputLayout layout;
  private final Symbols symbols;
  private final List<Source> sources = new ArrayList<>();

  /** Fills one input for rows {@code from … from + rows} of a batch. */
  private interface Source {
    void fill(Batch batch, int from, int rows, int[] lengths, Execution w);
  }

  /**
   * The inputs of an executable.
   *
   * @param fields which fields it reads, of those of the layout
   * @param numbers which numbers it reads, by position
   */
  Feeding(
      Executable program,
      InputLayout layout,
      Map<String, RowTable> tables,
      Predicate<FieldSlot> fields,
      Predicate<Integer> numbers) {
    this.layout = layout;
    this.symbols = program.symbols();
    for (int i = 0; i < program.inputs().size(); i++) {
      Input input = program.inputs().get(i);
      String name = input.name();
      if (name.equals("fields")) {
        sources.add(fields(i, tables, fields, "", ""));
      } else if (name.startsWith("fields.")) {
        sources.add(
            fields(i, tables, fields, "", Table.ofTask(Integer.parseInt(name.substring(7)))));
      } else if (name.equals("linear")) {
        sources.add(fields(i, tables, fields, Table.FIRST_ORDER, ""));
      } else if (name.equals("numbers")) {
        sources.add(numbers(i, numbers));
      } else if (name.startsWith("sequence.")) {
        sources.add(sequence(i, name.substring(9), tables));
      } else if (name.startsWith("valid.")) {
        sources.add(valid(i, index(name.substring(6))));
      } else if (name.startsWith("position.")) {
        sources.add(position(i, index(name.substring(9))));
      } else if (!name.startsWith("request.")) {
        throw new IllegalArgumentException("a scoring graph has no input " + name);
      }
    }
  }

  private static RowTable table(Map<String, RowTable> tables, String name, int width) {
    RowTable table = tables.get(name);
    if (table == null || table.width() != width) {
      throw new IllegalArgumentException(
          "the model reads table "
              + name
              + " of width "
              + width
              + "; "
              + (table == null ? "there are " + tables.keySet() : "it has width " + table.width()));
    }
    return table;
  }

  private int index(String sequence) {
    for (int s = 0; s < layout.sequences().size(); s++) {
      if (layout.sequences().get(s).name().equals(sequence)) {
        return s;
      }
    }
    throw new IllegalArgumentException("the model reads sequence " + sequence + ", no row has it");
  }

  private Source fields(
      int input,
      Map<String, RowTable> tables,
      Predicate<FieldSlot> wanted,
      String prefix,
      String suffix) {
    List<Integer> fields = new ArrayList<>();
    List<RowTable> read = new ArrayList<>();
    int width = 0;
    for (int f = 0; f < layout.fields().size(); f++) {
      FieldSlot slot = layout.fields().get(f);
      int dim = prefix.isEmpty() ? slot.dim() : 1;
      if (dim > 0 && wanted.test(slot)) {
        fields.add(f);
        read.add(table(tables, prefix + slot.table() + suffix, dim));
        width += dim;
      }
    }
    int[] numbers = fields.stream().mapToInt(Integer::intValue).toArray();
    RowTable[] rowTables = read.toArray(RowTable[]::new);
    int stride = width;
    return (batch, from, rows, lengths, w) -> {
      float[] into = w.input(input);
      int column = 0;
      for (int i = 0; i < numbers.length; i++) {
        field(batch, numbers[i], from, rows, rowTables[i], into, column, stride);
        column += rowTables[i].width();
      }
    };
  }

  private void field(
      Batch batch,
      int f,
      int from,
      int rows,
      RowTable table,
      float[] into,
      int column,
      int stride) {
    FieldSlot slot = layout.fields().get(f);
    int[] ids = batch.ids(f);
    int width = table.width();
    if (slot.pooling() == Pooling.NONE) {
      for (int r = 0; r < rows; r++) {
        int at = r * stride + column;
        table.copy(ids[from + r], into, at);
        if (slot.weighted()) {
          float factor = batch.factors(f)[from + r];
          for (int j = at; j < at + width; j++) {
            into[j] *= factor;
          }
        }
      }
      return;
    }
    float[] one = ROW.get();
    if (one.length < width) {
      one = new float[width];
      ROW.set(one);
    }
    int[] offsets = batch.offsets(f);
    for (int r = 0; r < rows; r++) {
      int at = r * stride + column;
      Arrays.fill(into, at, at + width, 0f);
      int first = offsets[from + r];
      int last = offsets[from + r + 1];
      boolean mean = slot.pooling() == Pooling.MEAN && !slot.weighted(); // weights are shares
      float each = mean && last > first ? 1f / (last - first) : 1f;
      for (int i = first; i < last; i++) {
        table.copy(ids[i], one, 0);
        float factor = slot.weighted() ? each * batch.factors(f)[i] : each;
        for (int j = 0; j < width; j++) {
          into[at + j] += factor * one[j];
        }
      }
    }
  }

  private static final ThreadLocal<float[]> ROW = ThreadLocal.withInitial(() -> new float[64]);

  private Source numbers(int input, Predicate<Integer> wanted) {
    int all = layout.numbers().size();
    int[] columns = java.util.stream.IntStream.range(0, all).filter(wanted::test).toArray();
    return (batch, from, rows, lengths, w) -> {
      float[] into = w.input(input);
      float[] numbers = batch.numbers();
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns.length; c++) {
          into[r * columns.length + c] = numbers[(from + r) * all + columns[c]];
        }
      }
    };
  }

  private Source sequence(int input, String name, Map<String, RowTable> tables) {
    int s = index(name);
    SequenceSlot slot = layout.sequences().get(s);
    RowTable[] read =
        slot.tables().stream().map(t -> table(tables, t, slot.dim())).toArray(RowTable[]::new);
    return (batch, from, rows, lengths, w) -> {
      float[] into = w.input(input);
      int[] offsets = batch.sequenceOffsets(s);
      int length = lengths[s];
      int width = slot.width();
      for (int r = 0; r < rows; r++) {
        int steps = Math.min(length, offsets[from + r + 1] - offsets[from + r]);
        int row = r * length * width;
        for (int t = 0; t < read.length; t++) {
          int[] ids = batch.sequenceIds(s, t);
          for (int p = 0; p < steps; p++) {
            read[t].copy(ids[offsets[from + r] + p], into, row + p * width + t * slot.dim());
          }
        }
        Arrays.fill(into, row + steps * width, row + length * width, 0f);
      }
    };
  }

  private static Source valid(int input, int s) {
    return (batch, from, rows, lengths, w) -> {
      float[] into = w.input(input);
      int[] offsets = batch.sequenceOffsets(s);
      int length = lengths[s];
      for (int r = 0; r < rows; r++) {
        int steps = Math.min(length, offsets[from + r + 1] - offsets[from + r]);
        Arrays.fill(into, r * length, r * length + steps, 1f);
        Arrays.fill(into, r * length + steps, (r + 1) * length, 0f);
      }
    };
  }

  private Source position(int input, int s) {
    int max = layout.sequences().get(s).max();
    return (batch, from, rows, lengths, w) -> {
      float[] into = w.input(input);
      Arrays.fill(into, 0, lengths[s] * max, 0f);
      for (int p = 0; p < lengths[s]; p++) {
        into[p * max + p] = 1;
      }
    };
  }

  /**
   * The common length of each sequence: the longest of the batch, rounded up to a multiple of 8 so
   * that few sizes occur.
   */
  int[] lengths(Batch batch) {
    int[] lengths = new int[layout.sequences().size()];
    for (int s = 0; s < lengths.length; s++) {
      int longest = 1;
      int[] offsets = batch.sequenceOffsets(s);
      for (int r = 0; r < batch.rows(); r++) {
        longest = Math.max(longest, offsets[r + 1] - offsets[r]);
      }
      lengths[s] = Math.min(layout.sequences().get(s).max(), (longest + 7) / 8 * 8);
    }
    return lengths;
  }

  /** The sizes of the executable's symbols. */
  int[] sizes(int rows, int[] lengths) {
    int[] sizes = new int[symbols.names().size()];
    for (int i = 0; i < sizes.length; i++) {
      String symbol = symbols.names().get(i);
      sizes[i] = symbol.equals("B") ? rows : lengths[index(symbol.substring("L.".length()))];
    }
    return sizes;
  }

  void fill(Batch batch, int from, int rows, int[] lengths, Execution w) {
    for (Source source : sources) {
      source.fill(batch, from, rows, lengths, w);
    }
  }
}
