package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;

/**
 * How many malformed rows are set aside before the run stops: the larger of the two limits.
 *
 * @param rows a number of rows
 * @param share a share of the rows read
 */
@Doc("How many malformed rows may be set aside; the larger of both limits holds.")
public record Rejects(
    @Doc("That many rows are always accepted as set aside.") @Default("100") @Range(min = 0)
        long rows,
    @Doc("That share of the rows read may be set aside.") @Default("0.001") @Range(min = 0, max = 1)
        double share) {

  /** Whether {@code rejected} of {@code read} rows are too many. */
  public boolean exceededBy(long rejected, long read) {
    return rejected > Math.max((double) rows, share * read);
  }
}
