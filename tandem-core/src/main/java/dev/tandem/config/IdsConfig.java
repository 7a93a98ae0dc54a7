package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import dev.tandem.schema.Side;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Single categorical values.
 *
 * @param columns names or patterns
 * @param except names or patterns that the patterns skip
 * @param dim width of an embedding row; empty: {@code features.dim}
 * @param minCount smallest count; empty: {@code features.min_count}
 * @param maxVocabulary keeps only the most frequent values; empty: all
 * @param side whom they describe; empty: as {@code features.sides} says
 * @param settings what differs for single columns
 */
@Doc("Single categorical values.")
public record IdsConfig(
    @Doc("Column names or patterns; \"*\" is every column that nothing else reads.") @Shorthand
        List<String> columns,
    @Doc("Names or patterns that the patterns skip.") @Default("[]") List<String> except,
    @Doc("Width of an embedding row; `features.dim` when absent.") @Range(min = 1, max = 4096)
        Optional<Integer> dim,
    @Doc("Values seen fewer times are treated as unknown; `features.min_count` when absent.")
        @Range(min = 1)
        Optional<Integer> minCount,
    @Doc("Keeps only that many of the most frequent values.") @Range(min = 1)
        Optional<Integer> maxVocabulary,
    @Doc("Whom they describe; as `features.sides` says when absent.") Optional<Side> side,
    @Doc("What differs for single columns, by name.") @Default("{}")
        Map<String, Settings> settings) {

  /**
   * What differs for one column.
   *
   * @param dim width
   * @param minCount smallest count
   * @param maxVocabulary largest vocabulary
   * @param table name of the table, to share it
   * @param side whom it describes
   */
  @Doc("What differs for one column.")
  public record Settings(
      @Doc("Width of an embedding row.") @Range(min = 1, max = 4096) Optional<Integer> dim,
      @Doc("Values seen fewer times are treated as unknown.") @Range(min = 1)
          Optional<Integer> minCount,
      @Doc("Keeps only that many of the most frequent values.") @Range(min = 1)
          Optional<Integer> maxVocabulary,
      @Doc("Name of the embedding table; columns that name the same one share it.")
          Optional<String> table,
      @Doc("Whom it describes.") Optional<Side> side) {}
}
