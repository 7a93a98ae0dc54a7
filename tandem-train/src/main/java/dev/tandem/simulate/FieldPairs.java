package dev.tandem.simulate;

import dev.tandem.feature.DataException;
import dev.tandem.parquet.Column;
import dev.tandem.parquet.ColumnType;
import dev.tandem.parquet.Columns;
import dev.tandem.parquet.ParquetWriter;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.SchemaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Categorical fields whose pairwise products decide a base confidence c, from which {@link
 * Confidence} functions make the other tasks: the smoke-test data of the DEPHN experiments
 * ("synthmtl"). With latent vectors v of width 4 per value: c ∝ Σ_{f&lt;g} w_fg ⟨v_f, v_g⟩ + Σ_f
 * b_f, standardised. Columns {@code f0 …}, {@code task1}, one label per function ({@code task2 …}),
 * and the confidences {@code c1 …}, which are truth and never features. Thread-safe.
 *
 * @param vocabularies number of values of each field
 * @param functions the further tasks
 * @param sharpness s of labels drawn with probability σ(s · confidence); 0: labels by indicator
 */
@Doc("Categorical fields whose products decide one base task and others made from it")
public record FieldPairs(
    @Doc("rows over all parts") @Default("200000") @Range(min = 1000, max = 1e9) long rows,
    @Doc("seed of everything drawn") @Default("1") long seed,
    @Doc("number of values of each field")
        @Default("[1000, 300, 100, 100, 50, 50, 20, 20, 10, 10]")
        @Range(min = 2, max = 1e7)
        List<Integer> vocabularies,
    @Doc("functions that make the further tasks from the base confidence")
        @Default("[logexp, sincos]")
        List<Confidence> functions,
    @Doc("labels are drawn with the sigmoid of this times the confidence; 0: by sign")
        @Default("2")
        @Range(min = 0, max = 1e3)
        double sharpness) {
  private static final int WIDTH = 4;
  private static final int PAIRS = 600;
  private static final int VALUES = 601;
  private static final int ROWS = 700;
  private static final int SAMPLE = 20_000;
  private static final int CHUNK = 8192;

  public FieldPairs {
    vocabularies = List.copyOf(vocabularies);
    functions = List.copyOf(functions);
    if (vocabularies.size() < 2) {
      throw new SchemaException(
          "vocabularies: found %d fields, needed at least 2".formatted(vocabularies.size()));
    }
  }

  /** The recipe with its defaults. */
  public static FieldPairs of(long rows, long seed) {
    return new FieldPairs(
        rows,
        seed,
        List.of(1000, 300, 100, 100, 50, 50, 20, 20, 10, 10),
        List.of(Confidence.LOGEXP, Confidence.SINCOS),
        2);
  }

  /** The fixed part: vectors and biases of all values, weights of the pairs, and the scale of c. */
  private final class Law {
    final float[][] vectors = new float[vocabularies.size()][];
    final double[][] pair = new double[vocabularies.size()][vocabularies.size()];
    double mean;
    double deviation = 1;

    Law() {
      Draws d = new Draws(seed).at(PAIRS, 0);
      for (int f = 0; f < pair.length; f++) {
        for (int g = f + 1; g < pair.length; g++) {
          pair[f][g] = d.normal();
        }
      }
      for (int f = 0; f < vectors.length; f++) {
        vectors[f] = new float[vocabularies.get(f) * (WIDTH + 1)];
        d.at(VALUES, f);
        for (int i = 0; i < vectors[f].length; i++) {
          vectors[f][i] = (float) d.normal();
        }
      }
      int[] values = new int[vectors.length];
      double sum = 0;
      double squares = 0;
      int n = (int) Math.min(SAMPLE, rows);
      for (int i = 0; i < n; i++) {
        values(d.at(ROWS, i), values);
        double c = confidence(values);
        sum += c;
        squares += c * c;
      }
      mean = sum / n;
      deviation = Math.sqrt(squares / n - mean * mean);
    }

    void values(Draws d, int[] into) {
      for (int f = 0; f < into.length; f++) {
        into[f] = d.skewed(vocabularies.get(f), 1.5);
      }
    }

    double confidence(int[] values) {
      double c = 0;
      for (int f = 0; f < values.length; f++) {
        int a = values[f] * (WIDTH + 1);
        c += vectors[f][a + WIDTH];
        for (int g = f + 1; g < values.length; g++) {
          int b = values[g] * (WIDTH + 1);
          double dot = 0;
          for (int i = 0; i < WIDTH; i++) {
            dot += vectors[f][a + i] * vectors[g][b + i];
          }
          c += pair[f][g] * dot;
        }
      }
      return (c - mean) / deviation;
    }
  }

  /**
   * Writes {@code train}, {@code validation}, {@code test.parquet} (80, 10, 10 %) and {@code
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
    Law law = new Law();
    long tenth = rows / 10;
    part(law, out.resolve("train.parquet"), 0, rows - 2 * tenth, progress);
    part(law, out.resolve("validation.parquet"), rows - 2 * tenth, rows - tenth, progress);
    part(law, out.resolve("test.parquet"), rows - tenth, rows, progress);
  }

  private void part(Law law, Path file, long from, long to, LongConsumer progress) {
    int fields = vocabularies.size();
    int tasks = functions.size() + 1;
    List<Column> schema = new ArrayList<>();
    for (int f = 0; f < fields; f++) {
      schema.add(new Column("f" + f, ColumnType.INT32));
    }
    for (int t = 1; t <= tasks; t++) {
      schema.add(new Column("task" + t, ColumnType.INT8));
    }
    for (int t = 1; t <= tasks; t++) {
      schema.add(new Column("c" + t, ColumnType.FLOAT32));
    }
    Draws d = new Draws(seed);
    int[] values = new int[fields];
    try (ParquetWriter writer = new ParquetWriter(file, schema)) {
      for (long start = from; start < to; start += CHUNK) {
        Columns chunk = new Columns(schema, CHUNK);
        for (long row = start; row < Math.min(to, start + CHUNK); row++) {
          law.values(d.at(ROWS, row), values);
          double c = law.confidence(values);
          for (int f = 0; f < fields; f++) {
            chunk.at(f).putInt(values[f]);
          }
          for (int t = 0; t < tasks; t++) {
            double confidence = t == 0 ? c : functions.get(t - 1).of(c);
            double threshold = sharpness == 0 ? 0 : logit(d.uniform()) / sharpness;
            chunk.at(fields + t).putByte(confidence > threshold ? 1 : 0);
            chunk.at(fields + tasks + t).putFloat((float) confidence);
          }
        }
        writer.write(chunk);
        progress.accept(Math.min(to, start + CHUNK));
      }
      writer.finish();
    }
  }

  private static double logit(double u) {
    return Math.log(u / (1 - u));
  }

  private String configuration() {
    StringBuilder tasks = new StringBuilder();
    for (int t = 1; t <= functions.size() + 1; t++) {
      tasks.append(t == 1 ? "" : ", ").append("task").append(t);
    }
    return """
        # Fields whose products decide task1; the other tasks are functions of its confidence.
        data:
          train: train.parquet
          validation: validation.parquet
          test: test.parquet
        features:
          ids: {columns: "f*", dim: 8}
        tasks: [%s]
        model:
          body: {type: mmoe, experts: 4, expert_units: [64, 32]}
          towers: [16]
        train: {epochs: 5, batch: 1024, optimizer: {dense: {adam: 0.001}, embedding: {adam: 0.003}}, seed: 1}
        """
        .formatted(tasks);
  }
}
