package dev.tandem.simulate;

import dev.tandem.parquet.Column;
import dev.tandem.parquet.ColumnType;
import dev.tandem.parquet.Columns;
import java.util.ArrayList;
import java.util.List;

/** Draws the rows of a {@link World}'s log, any range of them, in any order. Not thread-safe. */
final class Impressions {
  private static final int STAGES = World.STAGES;
  private static final int ROWS = 200;
  private static final int CANDIDATES = 4;

  /** How much each behaviour depends on interest 0 and on interest 1, where histories exist. */
  private static final double[][] NEEDS = {{0.35, 0.35}, {1, 0}, {0, 1}, {0, 1}, {1, 0}, {1, 0}};

  private final World world;
  private final Simulation simulation;
  private final Clock clock;
  private final Draws draws;
  private final History history;
  private final double[] intercepts;
  private final double[][] needs = new double[STAGES][2];
  private final Funnel funnel;

  // The row at hand.
  final double[] logits = new double[STAGES];
  private long time;
  private int user;
  private int item;
  private int device;
  private int position;

  Impressions(World world, double[] intercepts) {
    this.world = world;
    this.simulation = world.simulation;
    this.clock = new Clock(simulation.days(), simulation.rows());
    this.draws = new Draws(simulation.seed());
    this.history = new History(world);
    this.intercepts = intercepts;
    this.funnel = new Funnel(simulation);
    for (int k = 0; k < STAGES; k++) {
      for (int w = 0; w < 2; w++) {
        needs[k][w] = simulation.hasHistories() ? simulation.historySignal() * NEEDS[k][w] : 0;
      }
    }
  }

  /** Columns that the generator fills; {@link #select} turns them into those of the file. */
  static List<Column> columns(Simulation s) {
    List<Column> all = new ArrayList<>();
    all.add(new Column("row_id", ColumnType.INT64));
    all.add(new Column("time", ColumnType.TIMESTAMP));
    all.add(new Column("user_id", ColumnType.INT32));
    for (String name : new String[] {"segment", "age", "gender"}) {
      all.add(new Column(name, ColumnType.INT8));
    }
    all.add(new Column("city", ColumnType.INT32));
    all.add(new Column("item_id", ColumnType.INT32));
    all.add(new Column("category", ColumnType.INT8));
    all.add(new Column("author_id", ColumnType.INT32));
    all.add(new Column("price", ColumnType.FLOAT32));
    all.add(new Column("duration", ColumnType.FLOAT32));
    for (String name : new String[] {"hour", "weekday", "device", "position"}) {
      all.add(new Column(name, ColumnType.INT8));
    }
    for (Behaviour b : Behaviour.values()) {
      all.add(new Column(b.column(), ColumnType.INT8));
    }
    if (s.histories() == Histories.COLUMNS) {
      for (String type : History.TYPES) {
        all.add(new Column(type, ColumnType.INT32_LIST));
        all.add(new Column(type + "_at", ColumnType.INT64_LIST));
      }
    }
    return all;
  }

  /** Words for what is a code inside the generator. */
  static String select() {
    return "* REPLACE ("
        + choose("age", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
        + ", "
        + choose("gender", "f", "m", "unknown")
        + ", "
        + choose("device", "android", "ios", "web", "tv")
        + ")";
  }

  private static String choose(String column, String... words) {
    return "['%s'][%s + 1] AS %s".formatted(String.join("','", words), column, column);
  }

  /** Columns of the truth: for every behaviour the probabilities that {@link Funnel} defines. */
  static List<Column> truthColumns() {
    List<Column> all = new ArrayList<>();
    all.add(new Column("row_id", ColumnType.INT64));
    for (Behaviour b : Behaviour.values()) {
      all.add(new Column("p_" + b.column(), ColumnType.FLOAT32));
    }
    for (Behaviour b : Behaviour.values()) {
      b.parent()
          .ifPresent(
              p ->
                  all.add(
                      new Column("p_" + b.column() + "_given_" + p.column(), ColumnType.FLOAT32)));
    }
    for (Behaviour b : Behaviour.values()) {
      b.parent()
          .ifPresent(
              p -> {
                all.add(new Column("p_" + b.column() + "_if_" + p.column(), ColumnType.FLOAT32));
                all.add(new Column(b.column() + "_if_" + p.column(), ColumnType.INT8));
              });
    }
    return all;
  }

  /**
   * Draws everything of row {@code row} but its labels; {@link #logits} then holds the log-odds.
   */
  void draw(long row) {
    Draws d = draws.at(ROWS, row);
    time = clock.at(row, d.uniform());
    user = d.skewed(world.users, 1.5);
    device = d.uniform() < 0.8 ? world.device[user] : d.below(World.DEVICES);
    position = d.below(World.POSITIONS);
    item = choose(d);

    int segment = world.segment[user];
    int cell = (segment * World.CATEGORIES + world.category[item]) * STAGES;
    int hour = (Clock.hour(time) * World.SEGMENTS + segment) * STAGES;
    boolean histories = simulation.hasHistories();
    double first = histories ? world.interest(user, 0, item) : 0;
    double second = histories ? world.interest(user, 1, item) : 0;
    for (int k = 0; k < STAGES; k++) {
      double tastes = 0;
      for (int f = 0; f < World.FACTORS; f++) {
        tastes +=
            world.taste[k * World.FACTORS + f]
                * world.userTaste[user * World.FACTORS + f]
                * world.itemTaste[item * World.FACTORS + f];
      }
      logits[k] =
          intercepts[k]
              + world.userEffect[user * STAGES + k]
              + world.itemEffect[item * STAGES + k]
              + world.segmentCategory[cell + k]
              + world.hourSegment[hour + k]
              + world.deviceEffect[device * STAGES + k]
              + world.positionEffect[position * STAGES + k]
              + tastes
              + needs[k][0] * first
              + needs[k][1] * second;
    }
  }

  /** The policy: of a few popular candidates, one in proportion to exp(selection · appeal). */
  private int choose(Draws d) {
    int best = d.skewed(world.items, 1.5);
    if (simulation.selection() == 0) {
      return best;
    }
    double bestScore = simulation.selection() * world.appeal(user, best, needs[0]) + d.gumbel();
    for (int c = 1; c < CANDIDATES; c++) {
      int other = d.skewed(world.items, 1.5);
      double score = simulation.selection() * world.appeal(user, other, needs[0]) + d.gumbel();
      if (score > bestScore) {
        best = other;
        bestScore = score;
      }
    }
    return best;
  }

  /** Draws rows [from, to) into a new chunk. */
  Chunk chunk(long from, long to) {
    int rows = (int) (to - from);
    Columns data = new Columns(columns(simulation), rows);
    Columns truth = new Columns(truthColumns(), rows);
    Outcomes outcomes = new Outcomes(rows);
    for (long row = from; row < to; row++) {
      draw(row);
      funnel.happen(logits, draws);
      append(row, data);
      funnel.truth(row, truth);
      outcomes.add(funnel);
    }
    return new Chunk(data, truth, outcomes);
  }

  /** Rows, their truth, and the same in the form that {@link Attainable} needs. */
  record Chunk(Columns data, Columns truth, Outcomes outcomes) {}

  private void append(long row, Columns to) {
    int c = 0;
    to.at(c++).putLong(row);
    to.at(c++).putLong(time);
    to.at(c++).putInt(user);
    to.at(c++).putByte(world.segment[user]);
    to.at(c++).putByte(world.age[user]);
    to.at(c++).putByte(world.gender[user]);
    to.at(c++).putInt(world.city[user]);
    to.at(c++).putInt(item);
    to.at(c++).putByte(world.category[item]);
    to.at(c++).putInt(world.author[item]);
    to.at(c++).putFloat(world.price[item]);
    to.at(c++).putFloat(world.duration[item]);
    to.at(c++).putByte(Clock.hour(time));
    to.at(c++).putByte(Clock.weekday(time));
    to.at(c++).putByte(device);
    to.at(c++).putByte(position + 1);
    for (int k = 0; k < STAGES; k++) {
      int label = funnel.labels[k];
      if (label < 0) {
        to.at(c++).putNull();
      } else {
        to.at(c++).putByte(label);
      }
    }
    if (simulation.histories() == Histories.COLUMNS) {
      for (int type = 0; type < History.TYPES.length; type++) {
        history.before(user, type, time, to.at(c++), to.at(c++));
      }
    }
  }
}
