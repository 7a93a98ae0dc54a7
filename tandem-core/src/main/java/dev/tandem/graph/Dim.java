package dev.tandem.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One dimension of a shape: a number, a symbol ({@code B} for the batch, {@code L.history} for a
 * sequence), or a product of both. A symbol may carry an offset ({@code L.history+1}: the target in
 * front of the sequence).
 *
 * @param factor the numeric factor, at least 0
 * @param symbols the symbolic factors, sorted; empty for a number
 */
public record Dim(long factor, List<String> symbols) {
  /** The batch. */
  public static final Dim BATCH = symbol("B");

  public Dim {
    symbols = symbols.stream().sorted().toList();
  }

  public static Dim of(long size) {
    return new Dim(size, List.of());
  }

  public static Dim symbol(String name) {
    return new Dim(1, List.of(name));
  }

  public boolean isStatic() {
    return symbols.isEmpty();
  }

  /** The number behind a static dimension. */
  public int size() {
    if (!isStatic()) {
      throw new IllegalStateException("dimension " + this + " is not a number");
    }
    return Math.toIntExact(factor);
  }

  public Dim times(Dim other) {
    List<String> all = new ArrayList<>(symbols);
    all.addAll(other.symbols);
    return new Dim(factor * other.factor, all);
  }

  /** The sum of this and a static dimension, or of two numbers. */
  public Dim plus(long more) {
    if (isStatic()) {
      return of(factor + more);
    }
    if (factor != 1 || symbols.size() != 1) {
      throw new IllegalStateException("cannot add " + more + " to dimension " + this);
    }
    String name = symbols.get(0);
    int cut = name.indexOf('+');
    String base = cut < 0 ? name : name.substring(0, cut);
    long offset = more + (cut < 0 ? 0 : Long.parseLong(name.substring(cut + 1)));
    return offset == 0 ? symbol(base) : symbol(base + "+" + offset);
  }

  /** The value of this dimension once the symbols are known. */
  public int resolve(Map<String, Integer> sizes) {
    long n = factor;
    for (String s : symbols) {
      int cut = s.indexOf('+');
      String base = cut < 0 ? s : s.substring(0, cut);
      Integer size = sizes.get(base);
      if (size == null) {
        throw new IllegalStateException("no size is known for dimension " + base);
      }
      n *= size + (cut < 0 ? 0 : Long.parseLong(s.substring(cut + 1)));
    }
    return Math.toIntExact(n);
  }

  @Override
  public String toString() {
    String product = String.join("*", symbols);
    return isStatic() ? Long.toString(factor) : factor == 1 ? product : factor + "*" + product;
  }
}
