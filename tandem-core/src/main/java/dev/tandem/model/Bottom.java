package dev.tandem.model;

import dev.tandem.graph.Scope;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import java.util.List;

/**
 * What each task sees of a row. Implementations are records whose components are the
 * hyper-parameters.
 */
public interface Bottom {
  Representation build(Scope scope, InputLayout layout, List<Task> tasks);
}
