package dev.tandem.loss;

/**
 * How alike two tasks' labels are in a batch (DEPHN, section 10.2 of the specification): the
 * evidence behind the virtual gradient, computed over whole batches and fed to the graph. Not
 * thread-safe.
 */
public final class LabelSimilarity {
  /** What is fed for a pair without evidence: its coefficient is 1. */
  public static final double UNDEFINED = -1;

  private static final double DECAY = 0.999;

  /** The measure. */
  public enum Measure {
    COSINE,
    PEARSON
  }

  /** What it is measured over. */
  public enum Scope {
    /** The batch alone. */
    BATCH,
    /** The epoch so far, each batch counting 0.999 of the next. */
    RUNNING
  }

  private final Measure measure;
  private final Scope scope;
  private final int tasks;
  private final double[] counts;

  /**
   * A measure over some tasks.
   *
   * @param measure cosine or Pearson, absolute value
   * @param scope batch or running
   * @param tasks number of tasks
   */
  public LabelSimilarity(Measure measure, Scope scope, int tasks) {
    this.measure = measure;
    this.scope = scope;
    this.tasks = tasks;
    this.counts = new double[tasks * tasks * SUMS];
  }

  private static final int N = 0;
  private static final int A = 1;
  private static final int B = 2;
  private static final int AB = 3;
  private static final int AA = 4;
  private static final int BB = 5;
  private static final int SUMS = 6;

  /** Forgets the epoch so far. */
  public void startEpoch() {
    java.util.Arrays.fill(counts, 0);
  }

  /** The running sums, to be kept in a checkpoint. */
  public double[] state() {
    return counts.clone();
  }

  /** Puts back what {@link #state} gave. */
  public void restore(double[] state) {
    System.arraycopy(state, 0, counts, 0, counts.length);
  }

  /**
   * The similarities of the next batch.
   *
   * @param labels [rows, tasks] row-major
   * @param observed [rows, tasks]: above 0 where the label counts
   * @param rows number of rows
   * @return [tasks, tasks] row-major, symmetric, in [0,1]; {@link #UNDEFINED} where there is no
   *     evidence and on the diagonal
   */
  public double[] next(float[] labels, float[] observed, int rows) {
    if (scope == Scope.BATCH) {
      startEpoch();
    }
    double[] phi = new double[tasks * tasks];
    java.util.Arrays.fill(phi, UNDEFINED);
    for (int t = 0; t < tasks; t++) {
      for (int j = t + 1; j < tasks; j++) {
        int at = (t * tasks + j) * SUMS;
        count(labels, observed, rows, t, j, at);
        phi[t * tasks + j] = phi[j * tasks + t] = similarity(at);
      }
    }
    return phi;
  }

  private void count(float[] labels, float[] observed, int rows, int t, int j, int at) {
    double[] sums = new double[SUMS];
    for (int row = 0; row < rows; row++) {
      int r = row * tasks;
      if (observed[r + t] > 0 && observed[r + j] > 0) {
        double a = labels[r + t];
        double b = labels[r + j];
        sums[N]++;
        sums[A] += a;
        sums[B] += b;
        sums[AB] += a * b;
        sums[AA] += a * a;
        sums[BB] += b * b;
      }
    }
    for (int s = 0; s < SUMS; s++) {
      counts[at + s] = DECAY * counts[at + s] + sums[s];
    }
  }

  private double similarity(int at) {
    double n = counts[at + N];
    if (n < (scope == Scope.BATCH ? 2 : 1e-9)) {
      return UNDEFINED;
    }
    boolean pearson = measure == Measure.PEARSON;
    double a = counts[at + A];
    double b = counts[at + B];
    double cross = pearson ? n * counts[at + AB] - a * b : counts[at + AB];
    double va = pearson ? n * counts[at + AA] - a * a : counts[at + AA];
    double vb = pearson ? n * counts[at + BB] - b * b : counts[at + BB];
    double floor = 1e-9 * n * n;
    if (va <= (pearson ? floor : 0) || vb <= (pearson ? floor : 0)) {
      return UNDEFINED;
    }
    double phi = Math.abs(cross) / Math.sqrt(va * vb);
    return Math.min(1, Math.max(0, phi));
  }
}
