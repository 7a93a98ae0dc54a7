package dev.tandem.config;

/**
 * A part of the model or of the training that is chosen by name. Its options stay as they were
 * written, with their places, until {@code Binder} fills the record that the catalog knows under
 * that name.
 *
 * @param type snake-case name of the component
 * @param options its options, without {@code type}; an empty mapping when none is given
 */
public record Component(String type, ConfigNode.Mapping options) {}
