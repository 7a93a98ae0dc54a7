package dev.tandem.feature;

/**
 * A raw column as an encoder reads it. One column of the data may be read in two types (an age as a
 * number and as an id).
 *
 * @param name the column's name in the data
 * @param type the type it is read in
 */
public record InputColumn(String name, ColumnType type) {}
