package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import java.util.Optional;

/**
 * The network.
 *
 * @param bottom what each task sees of the input
 * @param body how the tasks share experts
 * @param head how the tasks' outputs relate; empty: the head that belongs to the body's paper
 * @param towers the private layers of each task
 */
@Doc("The network.")
public record ModelConfig(
    @Doc("What each task sees of the input.") @Kind("bottom") @Default("shared_embedding")
        Component bottom,
    @Doc("How the tasks share experts.") @Kind("body") @Default("ple") Component body,
    @Doc(
            "How the tasks' outputs relate; when absent what the body's paper says, mostly independent.")
        @Kind("head")
        Optional<Component> head,
    @Doc("The private layers of each task, before its output: widths, or settings.")
        @Default("[32]")
        TowerConfig towers) {}
