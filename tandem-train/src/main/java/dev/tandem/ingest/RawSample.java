package dev.tandem.ingest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.feature.Block;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.EncodingCounts;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of prepared data as they were before encoding: what the model makes of them in training
 * is what it must make of them ever after. Drawn with a fixed seed from the validation part, or
 * from the training part when there is none; rows with values that encoding calls malformed are
 * left out.
 *
 * @param rows raw values by column; null is a missing value
 * @param encoded the same rows as training reads them
 */
public record RawSample(List<Map<String, @Nullable Object>> rows, EncodedData encoded) {
  /** Rows that are drawn, of parts that have as many. */
  public static final int SIZE = 256;

  private static final long SEED = 1;
  private static final String FILE = "sample.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A line of the file: the row's number in the encoded part, and its raw values. */
  private record Line(long number, Map<String, @Nullable Object> row) {}

  /** Which part is sampled. */
  static String part(Map<String, ?> parts) {
    return parts.containsKey(Parts.VALIDATION) ? Parts.VALIDATION : Parts.TRAIN;
  }

  /** The sample of prepared data. */
  public static RawSample of(PreparedData data) {
    Path file = data.directory().resolve(part(data.summaries())).resolve(FILE);
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    try {
      for (String text : Files.readAllLines(file)) {
        Line line = JSON.readValue(text, new TypeReference<Line>() {});
        rows.add(line.row());
        numbers.add(line.number());
      }
    } catch (IOException e) {
      throw new DataException(
          file + " cannot be read: " + e.getMessage() + "; delete " + data.directory(), e);
    }
    EncodedData part = data.validation().orElse(data.train());
    return new RawSample(rows, part.select(numbers.stream().mapToLong(Long::longValue).toArray()));
  }

  /** Draws the sample of one part while its blocks pass in their order. */
  static final class Drawing {
    private final Preprocessor preprocessor;
    private final TreeSet<Long> wanted = new TreeSet<>();
    private final StringBuilder text = new StringBuilder();

    /**
     * Nothing drawn yet.
     *
     * @param total rows of the part, those included that will be set aside
     */
    Drawing(Preprocessor preprocessor, long total) {
      this.preprocessor = preprocessor;
      SplittableRandom random = new SplittableRandom(SEED);
      // Floyd's algorithm: every set of SIZE rows is as likely as any other.
      for (long row = Math.max(0, total - SIZE); row < total; row++) {
        long drawn = random.nextLong(row + 1);
        wanted.add(wanted.contains(drawn) ? row : drawn);
      }
    }

    /**
     * Takes the wanted rows of a block.
     *
     * @param skip rows that are set aside
     * @param first number that the block's first kept row has in the encoded part
     */
    void see(Block block, BitSet skip, long first) throws IOException {
      for (long row : wanted.subSet(block.firstRow(), block.firstRow() + block.rows())) {
        int at = (int) (row - block.firstRow());
        Map<String, @Nullable Object> raw = preprocessor.raw(block, at);
        if (!skip.get(at) && isWellFormed(raw)) {
          long number = first + at - skip.get(0, at).cardinality();
          text.append(JSON.writeValueAsString(new Line(number, raw))).append('\n');
        }
      }
    }

    private boolean isWellFormed(Map<String, @Nullable Object> raw) {
      EncodingCounts counts = new EncodingCounts();
      preprocessor.encode(List.of(Row.of(raw)), preprocessor.newBatch(), counts);
      return counts.malformed().isEmpty();
    }

    /** Writes the sample beside the part's encoded rows. */
    void write(Path directory) throws IOException {
      Files.writeString(directory.resolve(FILE), text);
    }
  }
}
