package dev.tandem.source;

/**
 * One way to prepare a data set.
 *
 * @param name what {@code --recipe} calls it
 * @param text what it does, in a sentence
 */
public record Recipe(String name, String text) {}
