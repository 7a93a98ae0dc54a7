package dev.tandem.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A user's past behaviour of one type, step by step, over the tables of the item's own id features.
 *
 * @param name unique name, which is also the behaviour type
 * @param steps what is known of a step, the item's id first
 * @param combine how the rows of a step become one vector
 * @param gap time between the step and the row, bucketed; empty: not used
 * @param events where the steps come from when they are joined point-in-time from a log; empty:
 *     from the row's own columns
 * @param separator what divides the steps of a text column; empty: the columns are lists
 * @param max the most recent steps that are kept, positive
 * @param order how the source orders the steps
 * @param side whom it describes, the user as a rule
 */
public record SequenceFeature(
    String name,
    List<Step> steps,
    Combine combine,
    Optional<Gap> gap,
    Optional<Events> events,
    Optional<String> separator,
    int max,
    Order order,
    Side side)
    implements Feature {

  /**
   * One column of the steps.
   *
   * @param column column of the row (lists or text), or of the log when the steps come from one
   * @param target id feature of the item whose table the steps share
   * @param table that table
   */
  public record Step(String column, String target, Table table) {}

  /** How the rows of one step become one vector. */
  public enum Combine {
    /** Their sum. */
    SUM,
    /** Side by side, then a learned projection to the common width. */
    CONCAT
  }

  /** How the source orders the steps of a row. */
  public enum Order {
    OLDEST_FIRST,
    NEWEST_FIRST
  }

  /**
   * The age of a step as a further row of the step.
   *
   * @param column column with the steps' times, of the row or of the log
   * @param now column of the row with its own time
   * @param table table of the age's buckets, as wide as the steps' tables
   * @param buckets number of buckets, by the logarithm of the age
   */
  public record Gap(String column, String now, Table table, int buckets) {}

  /**
   * A log of events, joined to every row: the events of the row's user that are strictly earlier
   * than the row.
   *
   * @param source name of the data source that holds the log
   * @param user column of the user, in the log and in the rows
   * @param time column of the time in the log
   * @param now column of the time in the rows
   * @param where SQL condition that selects the behaviour's events; empty: all
   */
  public record Events(
      String source, String user, String time, String now, Optional<String> where) {}

  public SequenceFeature {
    steps = List.copyOf(steps);
  }

  /**
   * The columns of the rows, where a log has been joined those that the join adds: a list per
   * column of the steps and, for their age, the row's own time.
   */
  @Override
  public List<String> columns() {
    List<String> columns = new ArrayList<>();
    steps.forEach(step -> columns.add(rowColumn(step.column())));
    gap.ifPresent(g -> columns.add(rowColumn(g.column())));
    gap.map(Gap::now).ifPresent(columns::add);
    return List.copyOf(columns);
  }

  /**
   * The row's column with the values of a column of the steps: that column, or {@code NAME.COLUMN}
   * when the steps are joined from a log. Rows that bring a history of their own, such as requests,
   * bring it under this name.
   */
  public String rowColumn(String column) {
    return events.isPresent() ? name + "." + column : column;
  }

  @Override
  public List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    steps.forEach(step -> tables.add(step.table()));
    gap.ifPresent(g -> tables.add(g.table()));
    return List.copyOf(tables);
  }
}
