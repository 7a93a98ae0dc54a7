package dev.tandem.simulate;

import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.ConfigException;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.SchemaException;
import java.util.List;

/**
 * A platform whose log can be drawn: every row, every label and every true probability follows from
 * this record alone. Row {@code i} is a function of (record, i), so it does not depend on threads
 * or on the rows around it. Made by {@link #of} and {@link #with}, which check the ranges of the
 * options.
 *
 * @param users number of users; 0: rows / 400, or rows / 20 with histories
 * @param items number of items; 0: rows / 1000, at least 200
 * @param rates share of the parent's positives (of all rows, for click) on which each behaviour
 *     happens, in the order of {@link Behaviour}
 */
@Doc("A simulated log of impressions with known probabilities of every behaviour")
public record Simulation(
    @Doc("impressions") @Default("1000000") @Range(min = 1000, max = 2e9) long rows,
    @Doc("seed of everything drawn") @Default("1") long seed,
    @Doc("number of users; 0: in proportion to the rows") @Default("0") @Range(min = 0, max = 5e6)
        int users,
    @Doc("number of items; 0: in proportion to the rows") @Default("0") @Range(min = 0, max = 5e6)
        int items,
    @Doc("days that the log covers") @Default("14") @Range(min = 1, max = 3650) int days,
    @Doc("conditional rates of click, long_view, like, follow, cart, buy")
        @Default("[0.3, 0.5, 0.25, 0.3, 0.2, 0.4]")
        @Range(min = 1e-5, max = 0.99999)
        List<Double> rates,
    @Doc("divides the odds of every behaviour: above 1 makes positives rarer")
        @Default("1")
        @Range(min = 1e-3, max = 1e4)
        double sparsity,
    @Doc("standard deviation of the true log-odds, relative to the default world")
        @Default("1")
        @Range(min = 0, max = 10)
        double signal,
    @Doc("share of decisions taken without regard to user, item or context")
        @Default("0")
        @Range(min = 0, max = 1)
        double noise,
    @Doc("correlation between the causes of click and those of the later behaviours")
        @Default("0.8")
        @Range(min = -1, max = 1)
        double relatedness,
    @Doc(
            "how far the purchase branch turns against the others: 0 agrees, 0.5 unrelated, 1 opposite")
        @Default("0")
        @Range(min = 0, max = 1)
        double conflict,
    @Doc("how strongly the policy shows what it believes will be clicked; 0 shows items at random")
        @Default("0.5")
        @Range(min = 0, max = 10)
        double selection,
    @Doc("log-odds that a hidden mood adds to, or takes from, every behaviour of an impression")
        @Default("0")
        @Range(min = 0, max = 5)
        double confounding,
    @Doc("share of labels that are not observed (null), independently per label")
        @Default("0")
        @Range(min = 0, max = 0.99)
        double missing,
    @Doc("none, columns (list columns) or events (an event log for a point-in-time join)")
        @Default("none")
        Histories histories,
    @Doc("most steps per history column") @Default("20") @Range(min = 1, max = 1000)
        int historyLength,
    @Doc("weight in the log-odds of the interests that only histories show")
        @Default("1.5")
        @Range(min = 0, max = 10)
        double historySignal,
    @Doc(
            "0.5: every behaviour type shows both interests alike; 1: each shows one, and each task needs one")
        @Default("0.9")
        @Range(min = 0.5, max = 1)
        double separation,
    @Doc("share of history events that are accidents") @Default("0.2") @Range(min = 0, max = 1)
        double accidents,
    @Doc("share of the rows, the last but one in time, for validation")
        @Default("0.1")
        @Range(min = 0, max = 0.45)
        double validation,
    @Doc("share of the rows, the last in time, for test")
        @Default("0.1")
        @Range(min = 0.001, max = 0.45)
        double test) {

  /** Days of behaviour before the first impression, with {@link Histories}. */
  static final int HISTORY_DAYS = 21;

  public Simulation {
    rates = List.copyOf(rates);
    if (rates.size() != Behaviour.values().length) {
      throw new SchemaException(
          "rates: found %d values, needed %d: one for each of click, long_view, like, follow, cart, buy"
              .formatted(rates.size(), Behaviour.values().length));
    }
  }

  /**
   * The standard platform with the given size.
   *
   * @throws ConfigException if there are too few or too many rows
   */
  public static Simulation of(long rows, long seed) {
    return Canonical.read(
        "{rows: %d, seed: %d}".formatted(rows, seed),
        "simulation",
        Simulation.class,
        Catalog.empty());
  }

  /**
   * The same platform with other options.
   *
   * @param settings {@code name=value}, such as {@code conflict=0.9}; the last of a name counts
   * @throws ConfigException naming every option that does not exist or is out of its range
   */
  public Simulation with(List<String> settings) {
    return Canonical.with(this, settings, Catalog.empty());
  }

  /** As {@link #with(List)}. */
  public Simulation with(String... settings) {
    return with(List.of(settings));
  }

  boolean hasHistories() {
    return histories != Histories.NONE;
  }

  /** The number of users, with 0 resolved. */
  public int userCount() {
    return users > 0
        ? users
        : (int) Math.min(5_000_000, Math.max(300, rows / (hasHistories() ? 20 : 400)));
  }

  /** The number of items, with 0 resolved. */
  public int itemCount() {
    return items > 0 ? items : (int) Math.min(5_000_000, Math.max(200, rows / 1000));
  }

  /** The first row of the validation part; those before are for training. */
  public long validationFrom() {
    return rows - Math.round(rows * test) - Math.round(rows * validation);
  }

  /** The first row of the test part, which ends the log. */
  public long testFrom() {
    return rows - Math.round(rows * test);
  }

  /** The conditional rates after {@link #sparsity}. */
  double rate(Behaviour b) {
    double rate = rates.get(b.index());
    double odds = rate / (1 - rate) / sparsity;
    return odds / (1 + odds);
  }
}
