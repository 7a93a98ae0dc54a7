package dev.tandem.schema;

/**
 * An embedding table as it is declared; its number of rows is known only after the vocabulary has
 * been fitted. Row 0 stands for a missing or unknown value.
 *
 * @param name unique name; features that name the same table share vocabulary and rows
 * @param dim width of a row, positive; 0 for a cross of which a model has first-order weights alone
 * @param minCount values seen fewer times in the training part share row 0; 1 keeps every value
 * @param maxVocabulary keeps only that many of the most frequent values; 0: no limit
 */
public record Table(String name, int dim, int minCount, int maxVocabulary) {
  /** What the name of a table's first-order weights, of width 1, begins with. */
  public static final String FIRST_ORDER = "linear.";

  /** A table of which every value is kept. */
  public static Table whole(String name, int dim) {
    return new Table(name, dim, 1, 0);
  }

  /** What the name of the k-th task's own copy of a table ends with, k from 0. */
  public static String ofTask(int k) {
    return "@" + k;
  }
}
