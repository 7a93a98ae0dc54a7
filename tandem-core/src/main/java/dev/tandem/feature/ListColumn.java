package dev.tandem.feature;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists side by side: list {@code i} is the elements from {@code offsets[i]} to {@code offsets[i +
 * 1]}. The arrays are used as they are, without a copy.
 */
public final class ListColumn implements Column {
  final Column elements;
  final int[] offsets;
  final boolean[] nulls;

  /** Wraps the arrays; {@code nulls} may be {@link Column#NO_NULLS}. */
  public ListColumn(Column elements, int[] offsets, boolean[] nulls) {
    this.elements = elements;
    this.offsets = offsets;
    this.nulls = nulls;
  }

  @Override
  public ColumnType type() {
    return elements.type().asList();
  }

  @Override
  public boolean isNull(int i) {
    return nulls.length > 0 && nulls[i];
  }

  @Override
  public @Nullable Object value(int i) {
    if (isNull(i)) {
      return null;
    }
    List<@Nullable Object> list = new ArrayList<>();
    for (int e = offsets[i]; e < offsets[i + 1]; e++) {
      list.add(elements.value(e));
    }
    return list;
  }

  /** All lists' elements. */
  public Column elements() {
    return elements;
  }

  /** Where each list begins, and the end. */
  public int[] offsets() {
    return offsets;
  }
}
