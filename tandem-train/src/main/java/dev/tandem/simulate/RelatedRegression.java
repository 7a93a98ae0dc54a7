package dev.tandem.simulate;

import dev.tandem.feature.DataException;
import dev.tandem.parquet.Column;
import dev.tandem.parquet.ColumnType;
import dev.tandem.parquet.Columns;
import dev.tandem.parquet.ParquetWriter;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Two regressions of adjustable relatedness (Ma et al., MMoE, KDD 2018, section 3.2; larger sizes
 * in Tang et al., PLE, RecSys 2020): y_t = w_t·x + Σ sin(α_i w_t·x + β_i) + ε, with cos(w_1, w_2) =
 * ρ and the same α, β for both. Columns {@code x0 …}, {@code y1}, {@code y2}. Thread-safe.
 *
 * @param dimension width d of x
 * @param correlation ρ
 * @param terms number m of sines
 * @param scale c, the length of both weight vectors
 */
@Doc("Two regressions of adjustable relatedness")
public record RelatedRegression(
    @Doc("rows over all parts") @Default("100000") @Range(min = 100, max = 1e9) long rows,
    @Doc("seed of everything drawn") @Default("1") long seed,
    @Doc("width of x") @Default("100") @Range(min = 2, max = 4096) int dimension,
    @Doc("cosine of the two weight vectors") @Default("0.9") @Range(min = -1, max = 1)
        double correlation,
    @Doc("number of sines") @Default("10") @Range(min = 0, max = 1000) int terms,
    @Doc("length of the weight vectors") @Default("1") @Range(min = 1e-6, max = 1e3) double scale) {
  private static final int WEIGHTS = 500;
  private static final int ROWS = 501;
  private static final int CHUNK = 8192;
  private static final double NOISE = 0.1; // N(0, 0.01) read as a variance

  /**
   * The fixed part of the recipe: orthonormal directions, and the sines' frequencies and phases.
   */
  static final class Law {
    final double[] u1;
    final double[] u2;
    private final double[] alpha;
    private final double[] beta;
    private final double rho;
    private final double scale;

    Law(double[] u1, double[] u2, double[] alpha, double[] beta, double rho, double scale) {
      this.u1 = u1;
      this.u2 = u2;
      this.alpha = alpha;
      this.beta = beta;
      this.rho = rho;
      this.scale = scale;
    }

    /** Expected value of task 0 or 1 at x. */
    double mean(int task, double[] x) {
      double z = 0;
      for (int i = 0; i < x.length; i++) {
        double w = task == 0 ? u1[i] : rho * u1[i] + Math.sqrt(1 - rho * rho) * u2[i];
        z += scale * w * x[i];
      }
      double y = z;
      for (int i = 0; i < alpha.length; i++) {
        y += Math.sin(alpha[i] * z + beta[i]);
      }
      return y;
    }
  }

  Law law() {
    Draws d = new Draws(seed).at(WEIGHTS, 0);
    double[] u1 = unit(normals(d, dimension));
    double[] u2 = normals(d, dimension);
    double dot = 0;
    for (int i = 0; i < dimension; i++) {
      dot += u1[i] * u2[i];
    }
    for (int i = 0; i < dimension; i++) {
      u2[i] -= dot * u1[i];
    }
    return new Law(u1, unit(u2), normals(d, terms), normals(d, terms), correlation, scale);
  }

  private static double[] normals(Draws d, int n) {
    double[] out = new double[n];
    for (int i = 0; i < n; i++) {
      out[i] = d.normal();
    }
    return out;
  }

  private static double[] unit(double[] v) {
    double norm = 0;
    for (double x : v) {
      norm += x * x;
    }
    norm = Math.sqrt(norm);
    for (int i = 0; i < v.length; i++) {
      v[i] /= norm;
    }
    return v;
  }

  /**
   * Writes {@code train}, {@code validation} and {@code test.parquet} (80, 10, 10 %) and {@code
   * run.yaml}.
   */
  public void write(Path out, LongConsumer progress) {
    try {
      Files.createDirectories(out);
      SimulationFiles.put(out.resolve("run.yaml"), configuration());
    } catch (IOException e) {
      throw new DataException(
          "cannot write into %s: %s. Choose a directory that can be written.".formatted(out, e), e);
    }
    long tenth = rows / 10;
    part(out.resolve("train.parquet"), 0, rows - 2 * tenth, progress);
    part(out.resolve("validation.parquet"), rows - 2 * tenth, rows - tenth, progress);
    part(out.resolve("test.parquet"), rows - tenth, rows, progress);
  }

  private void part(Path file, long from, long to, LongConsumer progress) {
    List<Column> schema = new ArrayList<>();
    for (int i = 0; i < dimension; i++) {
      schema.add(new Column("x" + i, ColumnType.FLOAT32));
    }
    schema.add(new Column("y1", ColumnType.FLOAT32));
    schema.add(new Column("y2", ColumnType.FLOAT32));
    Law law = law();
    Draws d = new Draws(seed);
    try (ParquetWriter writer = new ParquetWriter(file, schema)) {
      for (long start = from; start < to; start += CHUNK) {
        Columns chunk = new Columns(schema, CHUNK);
        for (long row = start; row < Math.min(to, start + CHUNK); row++) {
          double[] x = normals(d.at(ROWS, row), dimension);
          for (int i = 0; i < dimension; i++) {
            chunk.at(i).putFloat((float) x[i]);
          }
          for (int task = 0; task < 2; task++) {
            chunk.at(dimension + task).putFloat((float) (law.mean(task, x) + NOISE * d.normal()));
          }
        }
        writer.write(chunk);
        progress.accept(Math.min(to, start + CHUNK));
      }
      writer.finish();
    }
  }

  private static String configuration() {
    return """
        # Two regressions that share their shape; the relatedness is the cosine of their weights.
        data:
          train: train.parquet
          validation: validation.parquet
          test: test.parquet
        features:
          numeric: {"x*": [standardise]}
        tasks:
          y1: {kind: regression}
          y2: {kind: regression}
        model:
          body: {type: mmoe, experts: 8, expert_units: [16]}
          towers: [8]
        train: {epochs: 10, batch: 1024, optimizer: {dense: {adam: 0.001}}, seed: 1}
        """;
  }
}
