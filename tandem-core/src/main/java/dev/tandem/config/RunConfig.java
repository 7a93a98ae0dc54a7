package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that decides a training run, with every default filled in. Read from YAML by {@code
 * RunReader}; immutable.
 *
 * @param data where the rows come from
 * @param features what the model reads of a row
 * @param tasks what it learns, by name
 * @param group column that groups the rows for grouped metrics and intervals
 * @param weight column with the rows' weights
 * @param model the network
 * @param train how it is trained
 * @param evaluation how it is judged
 */
@Doc("A training run.")
public record RunConfig(
    @Doc("Where the rows come from and how they are divided.") DataConfig data,
    @Doc("What the model reads of a row.") FeaturesConfig features,
    @Doc(
            "The behaviours to learn, by name: a label expression, or its settings. A list of names takes the columns of those"
                + " names as labels.")
        Map<String, TaskConfig> tasks,
    @Doc("Column that groups the rows (a user, a request) for GAUC, NDCG and intervals by group.")
        Optional<String> group,
    @Doc("Column with the rows' weights in the loss and the metrics.") Optional<String> weight,
    @Doc("The network: what each task sees, how experts are shared, how the tasks' outputs relate.")
        @Default("{}")
        ModelConfig model,
    @Doc("How the model is trained.") @Default("{}") TrainConfig train,
    @Doc("How the model is judged.") @Default("{}") EvaluationConfig evaluation) {}
