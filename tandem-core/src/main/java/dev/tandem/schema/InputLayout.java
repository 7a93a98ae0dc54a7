package dev.tandem.schema;

import java.util.List;

/**
 * What a model's graph reads of one encoded row, in order: the fields' vectors side by side, then
 * the numbers; sequences apart. Derived from a {@link Schema} alone, so that a graph can be built
 * before any data is read.
 *
 * @param fields fields, in input order; those without a vector have first-order weights alone
 * @param numbers names of the plain numeric inputs, in input order
 * @param numberSides whom each of the numbers describes
 * @param sequences behaviour sequences
 */
public record InputLayout(
    List<FieldSlot> fields,
    List<String> numbers,
    List<Side> numberSides,
    List<SequenceSlot> sequences) {
  public InputLayout {
    fields = List.copyOf(fields);
    numbers = List.copyOf(numbers);
    numberSides = List.copyOf(numberSides);
    sequences = List.copyOf(sequences);
  }

  /** The fields that have a vector. */
  public List<FieldSlot> embedded() {
    return fields.stream().filter(FieldSlot::isEmbedded).toList();
  }

  /** Sum of the fields' widths: the width of the graph input {@code fields}. */
  public int fieldWidth() {
    return fields.stream().mapToInt(FieldSlot::dim).sum();
  }

  /** First column of field {@code i} in the graph input {@code fields}. */
  public int offset(int i) {
    return fields.subList(0, i).stream().mapToInt(FieldSlot::dim).sum();
  }
}
