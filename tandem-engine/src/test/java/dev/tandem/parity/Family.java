package dev.tandem.parity;

import java.util.Set;

/**
 * How the cases of one family of models are built. Every class of this package that implements it
 * and has a constructor without arguments is found by itself: one file per family.
 */
public interface Family {
  /** The values of a case's {@code model} that this family builds. */
  Set<String> models();

  /** The nodes that the case's expectations are about, and the values of the graph's inputs. */
  Wiring wire(ParityCase one);
}
