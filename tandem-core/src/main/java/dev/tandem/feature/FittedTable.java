package dev.tandem.feature;

/**
 * The size of one embedding table, known once vocabularies are fitted.
 *
 * @param name the table's name
 * @param rows its rows, row 0 (missing or unknown) included
 * @param dim width of a row
 */
public record FittedTable(String name, int rows, int dim) {}
