package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.feature.DataException;
import dev.tandem.ingest.RawRows;
import dev.tandem.ingest.Scores;
import dev.tandem.train.StoredModel;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Scores raw rows with a stored model. */
@Command(
    name = "predict",
    description = {
      "Scores raw rows with a model archive: writes them with one more column per task.",
      "The column is predicted_TASK. Parquet, CSV, TSV and JSON lines, by the file's extension."
    })
final class PredictCommand implements Callable<Integer> {

  /** How rows are written in a file or stream. */
  enum Form {
    PARQUET,
    CSV,
    TSV,
    JSONL;

    String extension() {
      return "." + name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "MODEL", description = "Directory of the model archive.")
  private Path archive = Path.of("");

  @Option(
      names = "--in",
      paramLabel = "FILE",
      defaultValue = "-",
      description = "Rows to score: a file or a glob; - is standard input (default).")
  private String in = "-";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "-",
      description = "Scored rows; - is standard output (default).")
  private String out = "-";

  @Option(
      names = "--in-format",
      description = "Format of standard input: ${COMPLETION-CANDIDATES}; recognised when absent.")
  private @Nullable Form inForm;

  @Option(
      names = "--out-format",
      description = "Format of standard output: ${COMPLETION-CANDIDATES}; as --in when absent.")
  private @Nullable Form outForm;

  @Option(
      names = "--json",
      description = "Print what was done as one JSON object; not together with --out -.")
  private boolean json;

  @Mixin private ScoringOptions scoring = new ScoringOptions();

  @Mixin private SourceOption sources = new SourceOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    boolean toStandard = out.equals("-");
    if (json && toStandard) {
      throw new ParameterException(
          spec.commandLine(),
          "--json and --out - both want standard output; name a file for --out");
    }
    if (!toStandard) {
      Scores.check(Path.of(out));
      Destination.requireFile(Path.of(out));
    }
    StoredModel stored = scoring.open(archive);
    PrintWriter err = spec.commandLine().getErr();
    try (TemporaryDirectory temporary = new TemporaryDirectory()) {
      String source = in.equals("-") ? standardInput(temporary.path()).toString() : in;
      Path target =
          toStandard
              ? temporary.path().resolve("scored" + outForm(source).extension())
              : Path.of(out);
      ScoringProgress progress = new ScoringProgress("predict", err);
      long[] written = {0};
      Map<String, Object> summary = new LinkedHashMap<>();
      try (RawRows rows = sources.rows(stored, List.of(source), false, temporary.path());
          Scores scores = rows.scores(stored.outputs())) {
        stored.predict(
            into -> progress.counted(rows.next(into), into),
            (batch, predictions) -> {
              scores.add(stored.scores(batch, predictions), batch.rows());
              written[0] += batch.rows();
            });
        scores.write(target);
        progress.findings(rows);
        summary.put("rows", written[0]);
        summary.put("out", out);
        summary.put("columns", stored.outputs());
        summary.put("rejected", rows.rejects().size());
        summary.put("unseen", rows.counts().unseen());
        summary.put("malformed", rows.counts().malformed());
        summary.put("first_malformed", rows.firstMalformed());
        summary.put("cut", rows.counts().cut());
        summary.put("sorted", rows.counts().sorted());
        summary.put("missing_columns", rows.counts().missingColumns());
      }
      if (toStandard) {
        copyOut(target);
      } else if (json) {
        spec.commandLine().getOut().println(new ObjectMapper().writeValueAsString(summary));
      } else {
        err.printf("predict: %,d rows in %s%n", written[0], out);
      }
    }
    return ExitCode.OK;
  }

  /** Standard input as a file, since its columns must be known before its first row is read. */
  private Path standardInput(Path directory) throws IOException {
    try (InputStream stream = unpacked(new BufferedInputStream(System.in))) {
      Form form = Optional.ofNullable(inForm).orElse(recognised(first(stream)));
      Path file = directory.resolve("standard-input" + form.extension());
      Files.copy(stream, file);
      return file;
    } catch (EOFException | ZipException e) {
      throw new DataException(
          "standard input is packed with gzip and damaged or cut off: " + e.getMessage(), e);
    }
  }

  /** The bytes that say what a stream holds; it still begins with them. */
  private static byte[] first(InputStream stream) throws IOException {
    stream.mark(16);
    byte[] first = stream.readNBytes(4);
    stream.reset();
    return first;
  }

  /** What is behind gzip, or the stream itself where it is not packed. */
  private static InputStream unpacked(InputStream stream) throws IOException {
    ByteBuffer first = ByteBuffer.allocate(4).put(first(stream));
    if (first.getShort(0) == 0x1f8b) {
      return new BufferedInputStream(new GZIPInputStream(stream));
    } else if (first.getInt(0) == 0x28b52ffd) {
      throw new DataException(
          "standard input is packed with zstd; unpack it before: zstd -dc FILE | tandem predict …");
    }
    return stream;
  }

  private static Form recognised(byte[] first) {
    String start = new String(first, StandardCharsets.ISO_8859_1);
    if (start.equals("PAR1")) {
      return Form.PARQUET;
    }
    return start.stripLeading().startsWith("{") ? Form.JSONL : Form.CSV;
  }

  private Form outForm(String source) {
    if (outForm != null) {
      return outForm;
    }
    String lower = source.toLowerCase(Locale.ROOT);
    if (lower.contains(".json") || lower.contains(".ndjson")) {
      return Form.JSONL;
    }
    return lower.contains(".tsv") ? Form.TSV : Form.CSV;
  }

  private void copyOut(Path file) throws IOException {
    spec.commandLine().getOut().flush();
    OutputStream standard = System.out;
    Files.copy(file, standard);
    standard.flush();
  }
}
