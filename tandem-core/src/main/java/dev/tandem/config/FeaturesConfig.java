package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.List;
import java.util.Map;

/**
 * What the model reads of a row. Wherever a column is named, a pattern may stand instead: {@code *}
 * for any characters, {@code ?} for one. A pattern never takes a column that is named elsewhere,
 * nor one that a label, the weight or a split reads.
 *
 * @param numeric numbers, by column or pattern
 * @param ids single categorical values
 * @param multiIds lists of categorical values, by name
 * @param crosses combinations of columns, by name
 * @param dense ready-made vectors, by name
 * @param sequences behaviour sequences, by name
 * @param dim width of an embedding row where nothing else says it
 * @param minCount smallest count of a value in the training part where nothing else says it
 * @param sides whom the columns describe
 * @param known columns that may be features although a label reads them
 */
@Doc("What the model reads of a row.")
public record FeaturesConfig(
    @Doc(
            "Numbers: column names or patterns, or a mapping from them to encodings. In a list, a number enters both"
                + " standardised and as an embedding of its quantile bucket.")
        @Default("{}")
        Map<String, NumericConfig> numeric,
    @Doc("Single categorical values: column names or patterns, or settings.") @Default("[]")
        IdsConfig ids,
    @Doc("Lists of categorical values, such as tags, by name.") @Default("{}")
        Map<String, MultiIdConfig> multiIds,
    @Doc("Combinations of columns as one categorical value, by name.") @Default("{}")
        Map<String, CrossConfig> crosses,
    @Doc("Ready-made vectors, by name.") @Default("{}") Map<String, DenseConfig> dense,
    @Doc("Behaviour sequences, by name, which is also the behaviour's.") @Default("{}")
        Map<String, SequenceConfig> sequences,
    @Doc("Width of an embedding row where nothing else says it.")
        @Default("8")
        @Range(min = 1, max = 4096)
        int dim,
    @Doc(
            "Values seen fewer times in the training part are treated as unknown, where nothing else says it.")
        @Default("2")
        @Range(min = 1)
        int minCount,
    @Doc(
            "Whom the columns describe, by patterns; ranking computes the user's part once per request.")
        @Default("{}")
        Sides sides,
    @Doc(
            "Columns that are known before the outcome and may be features although a label reads them.")
        @Default("[]")
        List<String> known) {

  /**
   * Whom columns describe, as patterns over the features' names and columns.
   *
   * @param user the user's
   * @param item the item's
   * @param context the occasion's
   */
  @Doc("Whom the columns describe.")
  public record Sides(
      @Doc("Columns that describe the user.") @Default("[]") List<String> user,
      @Doc("Columns that describe the item.") @Default("[]") List<String> item,
      @Doc("Columns that describe the occasion: time, place, device.") @Default("[]")
          List<String> context) {}
}
