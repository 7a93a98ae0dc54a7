package dev.tandem.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The static shape of a node. A scalar has rank 0. */
public record Shape(List<Dim> dims) {
  public static final Shape SCALAR = new Shape(List.of());

  public Shape {
    dims = List.copyOf(dims);
  }

  public static Shape of(Dim... dims) {
    return new Shape(Arrays.asList(dims));
  }

  /** A shape of numbers only. */
  public static Shape of(int... sizes) {
    return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
  }

  /** {@code [B, sizes…]}. */
  public static Shape batch(int... sizes) {
    List<Dim> dims = new ArrayList<>();
    dims.add(Dim.BATCH);
    Arrays.stream(sizes).mapToObj(Dim::of).forEach(dims::add);
    return new Shape(dims);
  }

  public int rank() {
    return dims.size();
  }

  /** Dimension {@code i}; negative counts from the end. */
  public Dim dim(int i) {
    return dims.get(axis(i));
  }

  /** The number behind static dimension {@code i}; negative counts from the end. */
  public int size(int i) {
    return dim(i).size();
  }

  /** Whether dimension {@code i} is the number 1. */
  public boolean size1(int i) {
    return dim(i).equals(Dim.of(1));
  }

  /** {@code i} as a non-negative axis. */
  public int axis(int i) {
    int axis = i < 0 ? i + rank() : i;
    if (axis < 0 || axis >= rank()) {
      throw new IllegalArgumentException("axis " + i + " of shape " + this);
    }
    return axis;
  }

  public Shape with(int axis, Dim dim) {
    List<Dim> copy = new ArrayList<>(dims);
    copy.set(axis(axis), dim);
    return new Shape(copy);
  }

  /** The number of elements. */
  public Dim count() {
    Dim n = Dim.of(1);
    for (Dim d : dims) {
      n = n.times(d);
    }
    return n;
  }

  public boolean isStatic() {
    return dims.stream().allMatch(Dim::isStatic);
  }

  /** The sizes once the symbols are known. */
  public int[] resolve(Map<String, Integer> sizes) {
    return dims.stream().mapToInt(d -> d.resolve(sizes)).toArray();
  }

  /** The shape of an element-wise operation: right-aligned, a dimension of 1 stretches. */
  static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int ia = i - rank + a.rank();
      int ib = i - rank + b.rank();
      Dim da = ia < 0 ? Dim.of(1) : a.dim(ia);
      Dim db = ib < 0 ? Dim.of(1) : b.dim(ib);
      if (da.equals(db) || db.equals(Dim.of(1))) {
        dims.add(da);
      } else if (da.equals(Dim.of(1))) {
        dims.add(db);
      } else {
        throw new IllegalArgumentException("shapes " + a + " and " + b + " do not broadcast");
      }
    }
    return new Shape(dims);
  }

  @Override
  public String toString() {
    return dims.toString();
  }
}
