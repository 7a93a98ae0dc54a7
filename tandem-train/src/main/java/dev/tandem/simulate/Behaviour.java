package dev.tandem.simulate;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a user may do with an impression, in funnel order: each behaviour needs its {@link #parent}
 * to have happened. The index is the behaviour's place in every array of this room.
 */
public enum Behaviour {
  CLICK(0, null),
  LONG_VIEW(1, CLICK),
  LIKE(2, LONG_VIEW),
  FOLLOW(3, LIKE),
  CART(4, CLICK),
  BUY(5, CART);

  private final int index;
  private final @Nullable Behaviour parent;

  Behaviour(int index, @Nullable Behaviour parent) {
    this.index = index;
    this.parent = parent;
  }

  /** The behaviour without which this one cannot happen; none for the click. */
  public Optional<Behaviour> parent() {
    return Optional.ofNullable(parent);
  }

  /** Place in funnel order, from 0. */
  public int index() {
    return index;
  }

  /** Index of the parent, or −1. */
  int above() {
    return parent == null ? -1 : parent.index;
  }

  /** Whether the behaviour belongs to the purchase branch. */
  boolean purchase() {
    return this == CART || this == BUY;
  }

  /** Name of the label column and of the task. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
