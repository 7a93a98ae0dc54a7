package dev.tandem.simulate;

/**
 * The users, the items, and what moves whom: all that is fixed before the first impression.
 * Log-odds of a behaviour are a sum of a user's part, an item's part, tables over low-cardinality
 * features, and the product of low-rank tastes, so that an embedding model can learn them.
 * Immutable; shared by threads.
 */
final class World {
  static final int STAGES = Behaviour.values().length;
  static final int FACTORS = 4;
  static final int SEGMENTS = 12;
  static final int AGES = 7;
  static final int GENDERS = 3;
  static final int CATEGORIES = 30;
  static final int DEVICES = 4;
  static final int POSITIONS = 10;
  static final int HOURS = 24;

  private static final int TABLES = 100;
  private static final int USERS = 101;
  private static final int ITEMS = 102;

  final Simulation simulation;
  final int users;
  final int items;
  final int authors;
  final int cities;

  final byte[] segment;
  final byte[] age;
  final byte[] gender;
  final byte[] device;
  final int[] city;
  final float[] userEffect; // [users, STAGES]
  final float[] userTaste; // [users, FACTORS]
  final float[] interests; // [users, 2, FACTORS], empty without histories

  final byte[] category;
  final int[] author;
  final float[] price;
  final float[] duration;
  final float[] itemEffect; // [items, STAGES]
  final float[] itemTaste; // [items, FACTORS]
  final float[] topic; // [items, FACTORS], empty without histories

  final float[] segmentCategory; // [SEGMENTS, CATEGORIES, STAGES]
  final float[] hourSegment; // [HOURS, SEGMENTS, STAGES]
  final float[] deviceEffect; // [DEVICES, STAGES]
  final float[] positionEffect; // [POSITIONS, STAGES]
  final float[] taste; // [STAGES, FACTORS]: how much each common taste matters to a behaviour

  private final double[] related = new double[STAGES];
  private final double[] scale = new double[STAGES];
  private final double[] ownIds = new double[STAGES];

  World(Simulation s) {
    this.simulation = s;
    this.users = s.userCount();
    this.items = s.itemCount();
    this.authors = Math.max(20, items / 8);
    this.cities = Math.min(300, Math.max(20, users / 30));
    relate(s);

    Draws d = new Draws(s.seed());
    float[] citySet = effects(d, 0, cities);
    float[] segmentSet = effects(d, 1, SEGMENTS);
    float[] ageSet = effects(d, 2, AGES);
    float[] categorySet = effects(d, 3, CATEGORIES);
    float[] authorSet = effects(d, 4, authors);
    segmentCategory = scaled(effects(d, 5, SEGMENTS * CATEGORIES), 0.35);
    hourSegment = scaled(effects(d, 6, HOURS * SEGMENTS), 0.2);
    deviceEffect = scaled(effects(d, 7, DEVICES), 0.2);
    positionEffect = positions();
    taste = tastes(d);
    float[] segmentTaste = normals(d, 9, SEGMENTS * FACTORS);
    float[] categoryTaste = normals(d, 10, CATEGORIES * FACTORS);
    float[] categoryTopic = normals(d, 11, CATEGORIES * FACTORS);
    float[] categoryPrice = normals(d, 12, CATEGORIES);
    float[] slopes = effects(d, 13, 3); // log price, log duration, its square

    segment = new byte[users];
    age = new byte[users];
    gender = new byte[users];
    device = new byte[users];
    city = new int[users];
    userEffect = new float[users * STAGES];
    userTaste = new float[users * FACTORS];
    boolean histories = s.hasHistories();
    interests = new float[histories ? users * 2 * FACTORS : 0];
    double userOwn = histories ? 0.2 : 0.35;
    double[] own = new double[STAGES + 1];
    for (int u = 0; u < users; u++) {
      d.at(USERS, u);
      segment[u] = (byte) d.skewed(SEGMENTS, 1.3);
      age[u] = (byte) d.below(AGES);
      gender[u] = (byte) d.skewed(GENDERS, 1.2);
      device[u] = (byte) d.skewed(DEVICES, 1.5);
      city[u] = d.skewed(cities, 1.5);
      draw(d, own);
      for (int k = 0; k < STAGES; k++) {
        userEffect[u * STAGES + k] =
            (float)
                (scale[k]
                    * (userOwn * mixed(own, k, ownIds[k])
                        + 0.5 * segmentSet[segment[u] * STAGES + k]
                        + 0.45 * ageSet[age[u] * STAGES + k]
                        + 0.2 * citySet[city[u] * STAGES + k]));
      }
      for (int f = 0; f < FACTORS; f++) {
        userTaste[u * FACTORS + f] =
            (float) (0.9 * segmentTaste[segment[u] * FACTORS + f] + 0.44 * d.normal());
      }
      for (int f = 0; histories && f < 2 * FACTORS; f++) {
        interests[u * 2 * FACTORS + f] = (float) d.normal();
      }
    }

    category = new byte[items];
    author = new int[items];
    price = new float[items];
    duration = new float[items];
    itemEffect = new float[items * STAGES];
    itemTaste = new float[items * FACTORS];
    topic = new float[histories ? items * FACTORS : 0];
    for (int i = 0; i < items; i++) {
      d.at(ITEMS, i);
      category[i] = (byte) d.skewed(CATEGORIES, 1.3);
      author[i] = d.skewed(authors, 1.3);
      double logPrice = 0.7 * categoryPrice[category[i]] + 0.7 * d.normal();
      double logDuration = d.normal();
      price[i] = Math.round(100 * 20 * Math.exp(logPrice)) / 100f;
      duration[i] = Math.round(10 * 30 * Math.exp(0.8 * logDuration)) / 10f;
      draw(d, own);
      for (int k = 0; k < STAGES; k++) {
        itemEffect[i * STAGES + k] =
            (float)
                (scale[k]
                    * (0.35 * mixed(own, k, ownIds[k])
                        + 0.5 * categorySet[category[i] * STAGES + k]
                        + 0.25 * authorSet[author[i] * STAGES + k]
                        + 0.2 * slopes[k] * logPrice
                        + 0.25 * slopes[STAGES + k] * logDuration
                        + 0.15 * slopes[2 * STAGES + k] * (logDuration * logDuration - 1)));
      }
      for (int f = 0; f < FACTORS; f++) {
        itemTaste[i * FACTORS + f] =
            (float) (0.9 * categoryTaste[category[i] * FACTORS + f] + 0.44 * d.normal());
      }
      for (int f = 0; histories && f < FACTORS; f++) {
        topic[i * FACTORS + f] =
            (float) (0.85 * categoryTopic[category[i] * FACTORS + f] + 0.53 * d.normal());
      }
    }
  }

  private void relate(Simulation s) {
    double reach = 1;
    double[] reached = new double[STAGES];
    for (Behaviour b : Behaviour.values()) {
      int k = b.index();
      reach = b.above() < 0 ? 1 : reached[b.above()];
      reached[k] = reach * s.rate(b);
      scale[k] = s.signal() * (k == 0 ? 1.2 : 1);
      related[k] = k == 0 ? 1 : s.relatedness() * (b.purchase() ? 1 - 2 * s.conflict() : 1);
      // A rare behaviour has too few rows per id to learn a large effect of its own: its ids follow
      // the common cause, its low-cardinality features keep their own part.
      ownIds[k] = Math.min(1, Math.sqrt(reach / 0.3)) * 0.4;
    }
  }

  /** A common cause, then one of each behaviour's own. */
  private static void draw(Draws d, double[] into) {
    for (int j = 0; j < into.length; j++) {
      into[j] = d.normal();
    }
  }

  private double mixed(double[] causes, int k, double own) {
    return related[k] * causes[0] + Math.sqrt(1 - related[k] * related[k]) * own * causes[k + 1];
  }

  /** Effects [n, STAGES] of unit variance with the behaviours' relatedness, already scaled. */
  private float[] effects(Draws d, int table, int n) {
    float[] out = new float[n * STAGES];
    double[] causes = new double[STAGES + 1];
    d.at(TABLES, table);
    for (int i = 0; i < n; i++) {
      draw(d, causes);
      for (int k = 0; k < STAGES; k++) {
        out[i * STAGES + k] = (float) mixed(causes, k, 1);
      }
    }
    return out;
  }

  private float[] scaled(float[] effects, double by) {
    for (int i = 0; i < effects.length; i++) {
      effects[i] *= (float) (by * scale[i % STAGES]);
    }
    return effects;
  }

  private static float[] normals(Draws d, int table, int n) {
    d.at(TABLES, table);
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) d.normal();
    }
    return out;
  }

  /** What stands further down is noticed less; once noticed, position no longer matters. */
  private float[] positions() {
    float[] out = new float[POSITIONS * STAGES];
    for (int p = 0; p < POSITIONS; p++) {
      out[p * STAGES] = (float) (simulation.signal() * (0.6 - 0.12 * p));
    }
    return out;
  }

  private float[] tastes(Draws d) {
    float[] out = new float[STAGES * FACTORS];
    d.at(TABLES, 8);
    // With histories the ids have too few rows each to learn tastes of their own.
    double weight = simulation.hasHistories() ? 0 : 0.3 / Math.sqrt(FACTORS);
    for (int f = 0; f < FACTORS; f++) {
      for (int k = 0; k < STAGES; k++) {
        double own = d.uniform() < 0.5 ? -1 : 1;
        double value = related[k] + Math.sqrt(1 - related[k] * related[k]) * own;
        out[k * FACTORS + f] = (float) (scale[k] * weight * value);
      }
    }
    return out;
  }

  /** Log-odds of click, up to what does not depend on the item: what the policy ranks by. */
  double appeal(int user, int item, double[] interestWeights) {
    double score =
        itemEffect[item * STAGES]
            + segmentCategory[(segment[user] * CATEGORIES + category[item]) * STAGES];
    for (int f = 0; f < FACTORS; f++) {
      score += taste[f] * userTaste[user * FACTORS + f] * itemTaste[item * FACTORS + f];
    }
    if (interests.length > 0) {
      score +=
          interestWeights[0] * interest(user, 0, item)
              + interestWeights[1] * interest(user, 1, item);
    }
    return score;
  }

  /**
   * How far {@code item} meets interest 0 or 1 of {@code user}: about standard normal over items.
   */
  double interest(int user, int which, int item) {
    double dot = 0;
    for (int f = 0; f < FACTORS; f++) {
      dot += interests[(user * 2 + which) * FACTORS + f] * topic[item * FACTORS + f];
    }
    return dot * 0.5;
  }
}
