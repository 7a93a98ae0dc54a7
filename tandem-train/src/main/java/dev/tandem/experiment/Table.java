package dev.tandem.experiment;

import java.util.List;

/**
 * A table to be read by a person.
 *
 * @param title what it shows
 * @param header one cell per column; empty: only notes
 * @param rows as many cells each
 * @param notes sentences below it
 */
public record Table(
    String title, List<String> header, List<List<String>> rows, List<String> notes) {
  public Table {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    notes = List.copyOf(notes);
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(row.size() + " cells under " + header);
      }
    }
  }
}
