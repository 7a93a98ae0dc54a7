package dev.tandem.metric;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One parity case of the metrics: judged rows as plain arrays, and every output that an independent
 * implementation of the same definitions computes for them. Immutable.
 */
public final class MetricCase {
  private final Options options;
  private final Rows plain;
  private final Rows weighted;
  private final Rows grouped;
  private final Rows fromLogits;
  private final Rows graded;
  private final int[] users;

  /**
   * The options of a case.
   *
   * @param bins bins of ECE
   * @param k ranks of NDCG
   * @param clip clip of log loss
   */
  public record Options(int bins, int k, double clip) {}

  /**
   * A case.
   *
   * @param options sizes and clip
   * @param probabilities [n]
   * @param logits [n]
   * @param labels [n] 0 or 1
   * @param weights [n]
   * @param users [n] group, and field of field-ECE
   * @param relevance [n] graded labels of NDCG
   */
  public MetricCase(
      Options options,
      double[] probabilities,
      double[] logits,
      float[] labels,
      double[] weights,
      int[] users,
      float[] relevance) {
    this.options = options;
    this.users = users.clone();
    plain = Rows.binary(probabilities, labels);
    weighted = plain.weighted(weights);
    grouped = plain.grouped(this.users);
    fromLogits = Rows.binary(logits, labels);
    graded = Rows.regression(probabilities, relevance).grouped(this.users);
  }

  /**
   * All outputs by the names of the parity format; scalars are arrays of length 1, and {@code
   * ndcgPerUser} is [users, 2] row-major with exponential and linear gain, users rising.
   */
  public Map<String, double[]> outputs() {
    LogLoss logLoss = new LogLoss(options.clip());
    Measured gauc = new Gauc().measure(grouped);
    Map<String, double[]> out = new LinkedHashMap<>();
    put(out, "auc", Auc.of(plain));
    put(out, "aucWeighted", Auc.of(weighted));
    put(out, "logLoss", logLoss.of(plain));
    put(out, "logLossWeighted", logLoss.of(weighted));
    put(out, "logLossFromLogits", LogLoss.fromLogits(fromLogits));
    put(out, "ne", NormalizedEntropy.of(plain));
    put(out, "rig", new RelativeInformationGain().measure(plain).value());
    put(out, "brier", new Brier().measure(plain).value());
    put(out, "pcoc", Pcoc.of(plain));
    put(out, "pcocWeighted", Pcoc.of(weighted));
    put(out, "ece", new Ece(options.bins(), Binning.EQUAL_WIDTH).of(plain));
    put(out, "fieldEce", FieldEce.of(plain, users));
    put(out, "gauc", gauc.value());
    put(out, "gaucUsersKept", share(gauc, "groups_kept"));
    put(out, "gaucRowsKept", share(gauc, "rows_kept"));
    put(out, "gaucByClicks", new Gauc(true).measure(grouped).value());
    out.put("ndcgPerUser", ndcgPerUser());
    return out;
  }

  private double[] ndcgPerUser() {
    GroupMetric.Values exponential = new Ndcg(options.k(), false, false).perGroup(graded);
    GroupMetric.Values linear = new Ndcg(options.k(), true, false).perGroup(graded);
    double[] both = new double[2 * linear.count()];
    Arrays.setAll(both, i -> (i % 2 == 0 ? exponential : linear).value(i / 2));
    return both;
  }

  private static double share(Measured measured, String name) {
    Double value = measured.details().get(name);
    return value == null ? Double.NaN : value;
  }

  private static void put(Map<String, double[]> out, String name, double value) {
    out.put(name, new double[] {value});
  }
}
