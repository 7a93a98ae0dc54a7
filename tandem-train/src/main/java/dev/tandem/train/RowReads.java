package dev.tandem.train;

import dev.tandem.archive.DType;
import dev.tandem.archive.Part;
import dev.tandem.archive.PartsWriter;
import dev.tandem.archive.TensorSpec;
import dev.tandem.embedding.Lookups;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often one pass over the training rows reads each row of each embedding table. A row that
 * nothing reads keeps the weights it was drawn with; one that is read a few times has hardly moved.
 */
final class RowReads {
  private static final int BLOCK = 8192;

  private RowReads() {}

  /**
   * Counts in one pass over the rows.
   *
   * @return per table [rows]
   */
  static Map<String, int[]> count(EncodedData data, Blueprint blueprint) {
    TableInputs inputs =
        new TableInputs(TrainingGraph.forward(blueprint), blueprint.layout(), blueprint.tables());
    List<FittedTable> tables = inputs.tables();
    Map<String, int[]> reads = new LinkedHashMap<>();
    tables.forEach(t -> reads.put(t.name(), new int[t.rows()]));
    Batch batch = new Batch(blueprint.layout(), blueprint.tasks().size());
    Lookups[] lookups = inputs.newLookups();
    long[] numbers = new long[BLOCK];
    for (long from = 0; from < data.rows(); from += BLOCK) {
      int count = (int) Math.min(BLOCK, data.rows() - from);
      for (int i = 0; i < count; i++) {
        numbers[i] = from + i;
      }
      data.read(numbers, 0, count, batch);
      inputs.fill(batch, inputs.lengths(batch), lookups);
      int t = 0;
      for (int[] counts : reads.values()) {
        lookups[t++].count(counts);
      }
    }
    return reads;
  }

  /** Writes the counts as a part of an archive. */
  static void write(PartsWriter parts, Map<String, int[]> reads) throws IOException {
    List<TensorSpec> specs =
        reads.entrySet().stream()
            .map(e -> TensorSpec.of(e.getKey(), DType.I32, e.getValue().length))
            .toList();
    parts.tensors(
        Part.READS,
        specs,
        out -> {
          for (Map.Entry<String, int[]> table : reads.entrySet()) {
            out.ints(table.getKey(), table.getValue());
          }
        });
  }
}
