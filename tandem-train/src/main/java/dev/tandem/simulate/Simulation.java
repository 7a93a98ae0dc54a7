package dev.tandem.simulate;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.SchemaException;
import java.util.List;

/**
 * A platform whose log can be drawn: every row, every label and every true probability follows from
 * this record alone. Row {@code i} is a function of (record, i), so it does not depend on threads
 * or on the rows around it.
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
    in("rows", (double) rows, 1000, 2_000_000_000L);
    in("users", users, 0, 5_000_000);
    in("items", items, 0, 5_000_000);
    in("days", days, 1, 3650);
    rates.forEach(r -> in("rates", r, 1e-5, 0.99999));
    in("sparsity", sparsity, 1e-3, 1e4);
    in("signal", signal, 0, 10);
    in("noise", noise, 0, 1);
    in("relatedness", relatedness, -1, 1);
    in("conflict", conflict, 0, 1);
    in("selection", selection, 0, 10);
    in("confounding", confounding, 0, 5);
    in("missing", missing, 0, 0.99);
    in("history_length", historyLength, 1, 1000);
    in("history_signal", historySignal, 0, 10);
    in("separation", separation, 0.5, 1);
    in("accidents", accidents, 0, 1);
    in("validation", validation, 0, 0.45);
    in("test", test, 0.001, 0.45);
  }

  private static void in(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new SchemaException(
          "simulation option %s: found %s, allowed %s to %s".formatted(name, value, min, max));
    }
  }

  /** The standard platform with the given size. */
  public static Simulation of(long rows, long seed) {
    return new Simulation(
        rows,
        seed,
        0,
        0,
        14,
        List.of(0.3, 0.5, 0.25, 0.3, 0.2, 0.4),
        1,
        1,
        0,
        0.8,
        0,
        0.5,
        0,
        0,
        Histories.NONE,
        20,
        1.5,
        0.9,
        0.2,
        0.1,
        0.1);
  }

  /** The same platform that also writes the users' histories. */
  public Simulation withHistories(Histories form) {
    return new Simulation(
        rows,
        seed,
        users,
        items,
        days,
        rates,
        sparsity,
        signal,
        noise,
        relatedness,
        conflict,
        selection,
        confounding,
        missing,
        form,
        historyLength,
        historySignal,
        separation,
        accidents,
        validation,
        test);
  }

  /** The same platform with a hidden common cause of all behaviours. */
  public Simulation withConfounding(double logOdds) {
    return new Simulation(
        rows,
        seed,
        users,
        items,
        days,
        rates,
        sparsity,
        signal,
        noise,
        relatedness,
        conflict,
        selection,
        logOdds,
        missing,
        histories,
        historyLength,
        historySignal,
        separation,
        accidents,
        validation,
        test);
  }

  /** The same platform with labels lost at random. */
  public Simulation withMissing(double share) {
    return new Simulation(
        rows,
        seed,
        users,
        items,
        days,
        rates,
        sparsity,
        signal,
        noise,
        relatedness,
        conflict,
        selection,
        confounding,
        share,
        histories,
        historyLength,
        historySignal,
        separation,
        accidents,
        validation,
        test);
  }

  /** The same platform with other relations between the tasks. */
  public Simulation withRelations(double relatednessOfTasks, double conflictOfPurchases) {
    return new Simulation(
        rows,
        seed,
        users,
        items,
        days,
        rates,
        sparsity,
        signal,
        noise,
        relatednessOfTasks,
        conflictOfPurchases,
        selection,
        confounding,
        missing,
        histories,
        historyLength,
        historySignal,
        separation,
        accidents,
        validation,
        test);
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
