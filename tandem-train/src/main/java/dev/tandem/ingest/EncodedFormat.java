package dev.tandem.ingest;

import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.SequenceSlot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * How encoded rows lie in Arrow files. What every row has once is kept row by row in fixed-size
 * lists, because training reads shuffled rows: one row's ids are then one or two cache lines
 * instead of one per field. Names of the elements stand in the field's metadata under {@code
 * names}.
 *
 * <ul>
 *   <li>{@code ids}: fixed_size_list&lt;int32&gt;, the single-valued fields
 *   <li>{@code factors}: fixed_size_list&lt;float32&gt;, those of them that are weighted
 *   <li>{@code numbers}, {@code labels}: fixed_size_list&lt;float32&gt;; {@code states}:
 *       fixed_size_list&lt;uint8&gt;
 *   <li>{@code group}: int32; {@code weight}: float32; {@code row}: int64
 *   <li>{@code ids.F}: list&lt;int32&gt; per multi-valued field F, {@code factors.F}:
 *       list&lt;float32&gt; if weighted
 *   <li>{@code histories}: fixed_size_list&lt;int64&gt;, the row's history of each sequence: a row
 *       number in the sequence's own file
 *   <li>{@code ages.S}: list&lt;int32&gt; per sequence S whose steps have ages, which are the row's
 * </ul>
 *
 * <p>A sequence's own file holds each history that occurs once, however many rows of whichever part
 * share it: {@code steps.C}: list&lt;int32&gt; per column C of the steps, the most recent first.
 */
final class EncodedFormat {
  static final int VERSION = 2;

  final InputLayout layout;
  final List<String> tasks;
  final int[] single; // fields with one id, in order
  final int[] weighted; // those of them with factors
  final int[] multi; // fields with lists
  final int[] aged; // sequences with ages

  EncodedFormat(InputLayout layout, List<String> tasks) {
    this.layout = layout;
    this.tasks = List.copyOf(tasks);
    List<Integer> one = new ArrayList<>();
    List<Integer> scaled = new ArrayList<>();
    List<Integer> many = new ArrayList<>();
    for (int f = 0; f < layout.fields().size(); f++) {
      FieldSlot slot = layout.fields().get(f);
      if (slot.pooling() == Pooling.NONE) {
        one.add(f);
        if (slot.weighted()) {
          scaled.add(f);
        }
      } else {
        many.add(f);
      }
    }
    single = ints(one);
    weighted = ints(scaled);
    multi = ints(many);
    List<SequenceSlot> sequences = layout.sequences();
    aged = IntStream.range(0, sequences.size()).filter(s -> sequences.get(s).aged()).toArray();
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Columns of the steps of a sequence without their age, whose table comes behind theirs. */
  int stepColumns(int sequence) {
    SequenceSlot slot = layout.sequences().get(sequence);
    return slot.tables().size() - (slot.aged() ? 1 : 0);
  }

  /** The columns of a file of rows. */
  Schema rows() {
    List<Field> fields = new ArrayList<>();
    fixed(fields, "ids", new ArrowType.Int(32, true), names(single));
    fixed(fields, "factors", REAL, names(weighted));
    fixed(fields, "numbers", REAL, layout.numbers());
    fixed(fields, "labels", REAL, tasks);
    fixed(fields, "states", new ArrowType.Int(8, false), tasks);
    fields.add(new Field("group", FieldType.notNullable(new ArrowType.Int(32, true)), List.of()));
    fields.add(new Field("weight", FieldType.notNullable(REAL), List.of()));
    fields.add(new Field("row", FieldType.notNullable(new ArrowType.Int(64, true)), List.of()));
    for (int f : multi) {
      FieldSlot slot = layout.fields().get(f);
      list(fields, "ids." + slot.name(), new ArrowType.Int(32, true));
      if (slot.weighted()) {
        list(fields, "factors." + slot.name(), REAL);
      }
    }
    fixed(
        fields,
        "histories",
        new ArrowType.Int(64, true),
        layout.sequences().stream().map(SequenceSlot::name).toList());
    for (int s : aged) {
      list(fields, "ages." + layout.sequences().get(s).name(), new ArrowType.Int(32, true));
    }
    return new Schema(fields, Map.of("tandem.version", Integer.toString(VERSION)));
  }

  /** The columns of the file of a sequence's histories. */
  Schema histories(int sequence) {
    List<Field> fields = new ArrayList<>();
    for (int c = 0; c < stepColumns(sequence); c++) {
      list(fields, "steps." + c, new ArrowType.Int(32, true));
    }
    String name = layout.sequences().get(sequence).name();
    return new Schema(
        fields, Map.of("tandem.version", Integer.toString(VERSION), "sequence", name));
  }

  private static final ArrowType REAL = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);

  private List<String> names(int[] of) {
    List<String> names = new ArrayList<>();
    for (int f : of) {
      names.add(layout.fields().get(f).name());
    }
    return names;
  }

  /** A column of no elements is left out. */
  private static void fixed(
      List<Field> fields, String name, ArrowType element, List<String> names) {
    if (!names.isEmpty()) {
      Map<String, String> metadata = new LinkedHashMap<>();
      metadata.put("names", String.join("\n", names));
      Field item = new Field("item", FieldType.notNullable(element), List.of());
      FieldType type =
          new FieldType(false, new ArrowType.FixedSizeList(names.size()), null, metadata);
      fields.add(new Field(name, type, List.of(item)));
    }
  }

  private static void list(List<Field> fields, String name, ArrowType element) {
    Field item = new Field("item", FieldType.notNullable(element), List.of());
    fields.add(new Field(name, FieldType.notNullable(ArrowType.List.INSTANCE), List.of(item)));
  }
}
