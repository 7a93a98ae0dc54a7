package dev.tandem.bench;

import dev.tandem.archive.ArchiveWriter;
import dev.tandem.archive.Origin;
import dev.tandem.archive.Part;
import dev.tandem.archive.TensorSpec;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.feature.ColumnType;
import dev.tandem.feature.Fitted;
import dev.tandem.feature.LongVocabulary;
import dev.tandem.feature.Preprocessor;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.GraphParts;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From the start of the JVM to the first score of a raw row, without native code: the PLE of {@link
 * ScoringSpeed} over a vocabulary and a table of a million ids of 16 numbers. Argument: a directory
 * for the archive, which is written when it is not there.
 */
public final class FirstScore {
  private FirstScore() {}

  public static void main(String[] args) {
    Path model = Path.of(args[0]);
    if (!Files.exists(model)) {
      write(model);
      System.out.println("wrote " + model + "; run again to measure");
      return;
    }
    ArchiveScorer scorer = ArchiveScorer.open(model);
    Map<String, Object> row = new HashMap<>();
    for (int f = 0; f < ScoringSpeed.FIELDS; f++) {
      row.put("f" + f, 37L * f);
    }
    Map<String, Double> scores = scorer.score(row);
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.printf(
        "first score %d ms after the start of the JVM: %s%n",
        System.currentTimeMillis() - start, scores);
  }

  /** Writes the archive. */
  static void write(Path model) {
    List<Feature> features = new ArrayList<>();
    Map<String, ColumnType> types = new HashMap<>();
    for (int f = 0; f < ScoringSpeed.FIELDS; f++) {
      Side side = f % 2 == 0 ? Side.USER : Side.ITEM;
      Table table = Table.whole("ids", ScoringSpeed.DIM);
      features.add(new IdFeature("f" + f, "f" + f, table, side));
      types.put("f" + f, ColumnType.INTEGER);
    }
    Schema schema =
        new Schema(
            features,
            List.of(Task.binary("click", "click"), Task.binary("like", "like")),
            Optional.empty(),
            Optional.empty());
    LongVocabulary ids = new LongVocabulary(LongVocabulary.Meaning.INTEGER);
    for (long id = 0; id < ScoringSpeed.TABLE - 1; id++) {
      ids.add(id);
    }
    Preprocessor preprocessor =
        new Preprocessor(
            schema, new Fitted(types, Map.of(), Map.of(), Map.of("ids", ids), Map.of(), Map.of()));
    Graph graph = ScoringSpeed.graph(preprocessor.layout());
    ArchiveWriter.write(
        model,
        new Origin("bench", "bench", 1, "none"),
        parts -> {
          parts.text(Part.SCHEMA, Canonical.json(schema, Catalog.empty()));
          parts.text(Part.CONFIG, "{}\n");
          preprocessor.write(parts::open);
          GraphParts.write(parts, graph, p -> Init.draw(p, 1));
          parts.tensors(
              Part.TABLES,
              List.of(TensorSpec.f32("ids", ScoringSpeed.TABLE, ScoringSpeed.DIM)),
              out -> out.floats("ids", ScoringSpeed.rows(ScoringSpeed.TABLE)));
          parts.text(Part.METRICS, "{}");
        });
  }
}
