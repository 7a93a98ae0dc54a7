package dev.tandem.train;

import dev.tandem.config.EvaluationConfig;
import dev.tandem.config.TrainConfig;
import dev.tandem.feature.EncodedData;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A training run: what, how, on which rows, and where its checkpoints lie.
 *
 * @param blueprint what is trained
 * @param config how
 * @param evaluation how it is judged
 * @param train training rows
 * @param validation rows that early stopping looks at
 * @param checkpoints directory of the checkpoints; made if needed, removed when the run is done
 * @param runHash hash of everything that the result depends on: a checkpoint of another run is
 *     refused
 * @param resume whether to go on from the newest checkpoint; otherwise checkpoints that are there
 *     are an error
 */
public record TrainingJob(
    Blueprint blueprint,
    TrainConfig config,
    EvaluationConfig evaluation,
    EncodedData train,
    Optional<EncodedData> validation,
    Path checkpoints,
    String runHash,
    boolean resume) {}
