package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a block reads of each row: field vectors side by side, then plain numbers.
 *
 * @param flat [B, fields·dim + numbers]
 * @param fields number of fields; 0 when the vector has no field structure (hidden layers, fields
 *     of unequal widths)
 * @param dim width of every field, 0 without field structure
 * @param linear first-order weights [B,F] of the fields, where the input has them
 * @param numbers names of the plain numbers, as far as they are known
 * @param widths names of the fields by width where they differ, for messages; empty otherwise
 */
public record Features(
    Node flat,
    int fields,
    int dim,
    Optional<Node> linear,
    List<String> numbers,
    SortedMap<Integer, List<String>> widths) {
  /** Names of that many numbers are told. */
  private static final int SHOWN = 5;

  public Features {
    numbers = List.copyOf(numbers);
    widths = Collections.unmodifiableSortedMap(new TreeMap<>(widths));
  }

  /** Features whose numbers, if there are any, have no names. */
  public Features(Node flat, int fields, int dim, Optional<Node> linear) {
    this(flat, fields, dim, linear, List.of(), new TreeMap<>());
  }

  /** A plain vector without field structure. */
  public static Features of(Node flat) {
    return new Features(flat, 0, 0, Optional.empty());
  }

  /** Whether there are plain numbers beside the fields, or no fields at all. */
  public boolean hasNumbers() {
    return flat.width() > fields * dim;
  }

  /**
   * The fields as [B,F,D] for a block that reads nothing else; {@code who} asks, for the message
   * when there is no field structure, or there are numbers that the block would leave out.
   */
  public Node grid(String who) {
    if (fields == 0) {
      throw new IllegalArgumentException(
          "features: %s needs fields of one common width%s; allowed: the same dim for every embedding, which features.dim gives to all that name none"
              .formatted(who, differing()));
    }
    refuseNumbers(who);
    return Nodes.reshape(fieldsOnly(), Shape.batch(fields, dim));
  }

  /** The widths that there are, the widest first, each with its fields. */
  private String differing() {
    List<String> found = new ArrayList<>();
    widths.forEach(
        (width, names) -> found.add(0, "%d (%s)".formatted(width, String.join(", ", some(names)))));
    return found.isEmpty() ? "" : "; found " + String.join(" and ", found);
  }

  private static List<String> some(List<String> names) {
    List<String> some = new ArrayList<>(names.subList(0, Math.min(SHOWN, names.size())));
    if (names.size() > SHOWN) {
      some.add("…");
    }
    return some;
  }

  /** Refuses plain numbers in the name of a block that reads embedded fields alone. */
  void refuseNumbers(String who) {
    if (fields > 0 && hasNumbers()) {
      String some = String.join(", ", some(numbers));
      throw new IllegalArgumentException(
          ("features.numeric: %s reads embedded fields alone; found plain numbers%s; allowed: the encodings"
                  + " quantile_buckets, log2_buckets and scaled, which give a number an embedding, and no dense vectors")
              .formatted(who, some.isEmpty() ? "" : " (" + some + ")"));
    }
  }

  /** The fields without the numbers beside them. */
  Features withoutNumbers() {
    return fields == 0 ? this : new Features(fieldsOnly(), fields, dim, linear);
  }

  /** The fields alone as [B,F·D]. */
  private Node fieldsOnly() {
    return Nodes.slice(flat, -1, 0, (long) fields * dim);
  }

  /** The same structure over other numbers of the same width. */
  public Features with(Node other) {
    return new Features(other, fields, dim, linear, numbers, widths);
  }
}
