package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Optional;

/**
 * How the model is trained.
 *
 * @param epochs passes over the training part
 * @param steps ends the training after that many steps, if earlier
 * @param batch rows per step
 * @param shuffle whether every epoch has an order of its own
 * @param optimizer how weights and embedding rows move
 * @param weightDecay L2 decay of the dense weights
 * @param embeddingDecay L2 decay of the embedding rows that a step touches
 * @param clipNorm largest global norm of the dense gradients
 * @param schedule how the learning rates change
 * @param balance how the tasks' losses become one step
 * @param loss how the losses of rows and tasks become one number
 * @param earlyStopping when to stop before the last epoch; empty: never
 * @param checkpoints what is kept on the way
 * @param conflictBatches batches on which the tasks' gradients are compared after every epoch;
 *     empty: they are not
 * @param seed seed of everything random
 * @param threads worker threads; empty: as many as there are processors
 */
@Doc("How the model is trained.")
public record TrainConfig(
    @Doc("Passes over the training part.") @Default("10") @Range(min = 1, max = 1_000_000)
        int epochs,
    @Doc("Ends the training after that many steps, if the epochs have not.") @Range(min = 1)
        Optional<Long> steps,
    @Doc("Rows per step.") @Default("1024") @Range(min = 1, max = 1_048_576) int batch,
    @Doc("Whether every epoch reads the rows in an order of its own, drawn from the seed.")
        @Default("true")
        boolean shuffle,
    @Doc("How weights and embedding rows move.") @Default("{}") OptimizerConfig optimizer,
    @Doc("L2 decay of the dense weights; decoupled from the gradient with adamw.")
        @Default("0.0")
        @Range(min = 0, max = 1)
        double weightDecay,
    @Doc("L2 decay of the embedding rows that a step touches.")
        @Default("0.0")
        @Range(min = 0, max = 1)
        double embeddingDecay,
    @Doc("Largest global norm of the dense gradients; longer ones are scaled down to it.")
        @Range(min = 1e-12)
        Optional<Double> clipNorm,
    @Doc("How the learning rates change over the training.") @Default("{}") Schedule schedule,
    @Doc("How the tasks' losses become one step.") @Kind("balance") @Default("equal")
        Component balance,
    @Doc("How the losses of rows and tasks become one number.") @Default("{}") LossConfig loss,
    @Doc("When to stop before the last epoch; `null` trains to the end. Needs a validation part.")
        @Default("{}")
        Optional<EarlyStopping> earlyStopping,
    @Doc("What is kept on the way, to resume from.") @Default("{}") Checkpoints checkpoints,
    @Doc(
            "Batches on which the tasks' gradients are compared after every epoch; none when absent. Does not change what is learnt.")
        @Range(min = 1, max = 10_000)
        Optional<Integer> conflictBatches,
    @Doc("Seed of everything random.") @Default("1") long seed,
    @Doc("Worker threads; all processors when absent. The results do not depend on it.")
        @Range(min = 1, max = 1024)
        Optional<Integer> threads) {}
