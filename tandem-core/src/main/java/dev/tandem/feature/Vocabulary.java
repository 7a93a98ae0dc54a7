package dev.tandem.feature;

import java.io.DataOutput;
import java.io.IOException;

/**
 * The known values of one embedding table, numbered from 1; 0 stands for missing and unknown
 * values. Immutable once built, and then safe for use by several threads.
 */
public sealed interface Vocabulary permits LongVocabulary, TextVocabulary {
  /** Number of known values; ids run from 1 to this. */
  int size();

  /** The value with id {@code id} (1 to {@link #size()}), as text. */
  String text(int id);

  /** The id of the value that is written so, 0 when unknown: the inverse of {@link #text}. */
  int id(String text);

  /** Writes the values in order of their ids. */
  void write(DataOutput out) throws IOException;
}
