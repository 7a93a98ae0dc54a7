package dev.tandem.model;

import dev.tandem.graph.Scope;
import dev.tandem.schema.Doc;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * STEM's embeddings (Su et al., AAAI 2024): one set of tables that all tasks share and one set per
 * task, graph inputs {@code fields} and {@code fields.k}. Memory grows with the number of tasks
 * plus one.
 */
@Doc("One shared set of embedding tables and one per task.")
public record StemEmbedding() implements Bottom {

  @Override
  public Representation build(Scope scope, InputLayout layout, List<Task> tasks) {
    List<Features> own = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      own.add(SharedEmbedding.features(scope, layout, "fields." + k, List.of()));
    }
    return new Representation(SharedEmbedding.features(scope, layout, "fields", List.of()), own);
  }
}
