package dev.tandem.archive;

import java.util.List;

/**
 * The names of an archive's parts. An archive may hold others; readers pass over what they do not
 * know.
 */
public final class Part {
  /** Columns, features and tasks. */
  public static final String SCHEMA = "schema.json";

  /** The run configuration in canonical form: every default written out. */
  public static final String CONFIG = "config.yaml";

  /** Fitted vocabularies and statistics. */
  public static final String PREPROCESSING = "preprocessing.json";

  /** The scoring graph. */
  public static final String GRAPH = "graph.json";

  /** The model's parameters. */
  public static final String WEIGHTS = "weights.safetensors";

  /** The embedding tables, weights only, one tensor [rows, dim] each. */
  public static final String TABLES = "tables.safetensors";

  /** Metrics per task of the stored state. */
  public static final String METRICS = "metrics.json";

  /** Learning curves. */
  public static final String CURVES = "curves.csv";

  /** Optional: rows and labels of every part of the data, as JSON. */
  public static final String DATA = "data.json";

  /** Optional: cosines between the tasks' gradients, epoch by epoch, as JSON. */
  public static final String CONFLICT = "conflict.json";

  /**
   * Optional: how often one pass over the training rows reads each row of each embedding table, one
   * I32 tensor [rows] each.
   */
  public static final String READS = "reads.safetensors";

  /** Optional: raw rows with the probabilities computed in training. */
  public static final String GOLDEN_ROWS = "golden.jsonl";

  /** Optional: calibration fitted on the validation part. */
  public static final String CALIBRATION = "calibration.json";

  /** What every archive holds. */
  static final List<String> REQUIRED =
      List.of(SCHEMA, CONFIG, PREPROCESSING, GRAPH, WEIGHTS, METRICS);

  private Part() {}
}
