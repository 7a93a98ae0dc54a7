package dev.tandem.experiment;

import dev.tandem.config.ConfigNode;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An experiment as it is written: what all its runs share, and what distinguishes them.
 *
 * @param name what it is called; empty: the file's name
 * @param base a run configuration: a path beside the experiment's file, or its settings; may be
 *     left out when every data set has its own
 * @param data data sets by name, each a mapping of configuration paths to values laid over the base
 * @param models models by name, likewise; {@code alone: true} trains each task by itself
 * @param grid cross products of further models: per axis, values by name
 * @param seeds runs of each model on each data set, with the seeds 1, 2, …
 * @param baseline the model that the others are tested against; empty: the first
 * @param single the model that gains are counted from; empty: the first that trains tasks alone
 * @param metrics what the table shows, and the tests judge
 * @param alpha level of the tests, over all comparisons of a metric
 * @param bootstrap replicates of the bootstrap of differences of AUC; 0 for none
 */
@Doc("Several models over the same data and seeds.")
public record ExperimentConfig(
    @Doc("What it is called; the file's name when absent.") Optional<String> name,
    @Doc("A run configuration: a path relative to this file, or its settings.")
        Optional<ConfigNode> base,
    @Doc(
            "Data sets by name: configuration paths and values laid over the base, or over a `base` of its own.")
        @Default("{}")
        Map<String, ConfigNode> data,
    @Doc(
            "Models by name: configuration paths and values laid over the base; `alone: true` trains each task by itself.")
        @Default("{}")
        Map<String, ConfigNode> models,
    @Doc("Cross products of further models: per axis, values by name, each laid over the base.")
        @Default("[]")
        List<Map<String, Map<String, ConfigNode>>> grid,
    @Doc("Runs of each model on each data set, with the seeds 1, 2, ….")
        @Default("5")
        @Range(min = 1, max = 1000)
        int seeds,
    @Doc("The model that the others are tested against; the first when absent.")
        Optional<String> baseline,
    @Doc("The model that gains are counted from; the first that trains tasks alone when absent.")
        Optional<String> single,
    @Doc("What the table shows and the tests judge.") @Default("[auc, logloss]")
        List<String> metrics,
    @Doc("Level of the tests, over all comparisons of a metric.")
        @Default("0.05")
        @Range(min = 1e-6, max = 0.5)
        double alpha,
    @Doc(
            "Replicates of the bootstrap of differences of AUC, more where as many tests need them; 0 for none.")
        @Default("1000")
        @Range(min = 0, max = 100_000)
        int bootstrap) {}
