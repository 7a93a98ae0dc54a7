package dev.tandem.ingest;

/**
 * One row that was set aside.
 *
 * @param file the file it stands in; a part's name when its rows come from a query
 * @param line line of a text file, or row of any other, from 1
 * @param reason what is wrong with it
 * @param text the row as it stands in the file, when the file is text
 */
public record Reject(String file, long line, String reason, String text) {}
