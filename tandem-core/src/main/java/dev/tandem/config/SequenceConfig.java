package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.SequenceFeature.Combine;
import dev.tandem.schema.SequenceFeature.Order;
import dev.tandem.schema.Shorthand;
import java.util.Map;
import java.util.Optional;

/**
 * A behaviour sequence.
 *
 * @param sequence the item's id feature whose table the steps share
 * @param column column of the steps' ids; empty: the sequence's name, or the id feature's with
 *     {@code events}
 * @param with further columns of the steps, by the item's id feature that each corresponds to
 * @param combine how the rows of a step become one vector
 * @param time column of the steps' times, for their age; empty: not used
 * @param now column of the row's time, for the age of the steps
 * @param gapBuckets number of buckets of the age
 * @param events log to join point-in-time; empty: the row's own columns
 * @param separator divides the steps of a text column; empty: list columns
 * @param max steps kept
 * @param order how the source orders the steps
 */
@Doc("A behaviour sequence: the items that a user did something with.")
public record SequenceConfig(
    @Doc("The item's id feature whose table the steps share.") @Shorthand String sequence,
    @Doc(
            "Column of the steps' ids; the sequence's name when absent, the id feature's column with `events`.")
        Optional<String> column,
    @Doc("Further columns of the steps, by the item's id feature that each corresponds to.")
        @Default("{}")
        Map<String, String> with,
    @Doc("How the rows of a step become one vector.") @Default("sum") Combine combine,
    @Doc("Column of the steps' times, for their age; not used when absent.") Optional<String> time,
    @Doc("Column of the row's own time, for the age of the steps.") Optional<String> now,
    @Doc("Number of buckets of the age.") @Default("16") @Range(min = 2, max = 1000) int gapBuckets,
    @Doc(
            "A log of events, joined to every row strictly before the row's time; the row's own columns when absent.")
        Optional<EventsConfig> events,
    @Doc("What divides the steps of a text column; absent for list columns.")
        Optional<String> separator,
    @Doc("The most recent steps that are kept.") @Default("50") @Range(min = 1, max = 10_000)
        int max,
    @Doc("How the source orders the steps.") @Default("oldest_first") Order order) {

  /**
   * A log of events.
   *
   * @param source named data source
   * @param user column of the user, in log and rows
   * @param time column of the time in the log
   * @param now column of the time in the rows; empty: as in the log
   * @param where SQL condition on the events; empty: all
   */
  @Doc("A log of events, joined to every row strictly before the row's time.")
  public record EventsConfig(
      @Doc("The source in `data.sources` that holds the log.") String source,
      @Doc("Column of the user, in the log and in the rows.") String user,
      @Doc("Column of the time in the log.") String time,
      @Doc("Column of the time in the rows; as in the log when absent.") Optional<String> now,
      @Doc("SQL condition that selects the behaviour's events.") Optional<String> where) {}
}
