package dev.tandem.figure;

import java.util.List;
import java.util.Map;

/**
 * One figure: its numbers, their picture, and words.
 *
 * @param id name of its files
 * @param title what it shows
 * @param lookFor what a reader should look for
 * @param found what there is to see in these numbers
 * @param facts where the numbers come from, such as the model's directory
 * @param columns names of the numbers' columns
 * @param rows the numbers
 * @param picture how they look
 */
public record Figure(
    String id,
    String title,
    String lookFor,
    String found,
    Map<String, String> facts,
    List<String> columns,
    List<List<Object>> rows,
    Picture picture) {
  public Figure {
    facts = Map.copyOf(facts);
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /** The numbers as comma-separated values. */
  String csv() {
    StringBuilder csv = new StringBuilder(String.join(",", columns)).append('\n');
    for (List<Object> row : rows) {
      for (int c = 0; c < row.size(); c++) {
        csv.append(c == 0 ? "" : ",").append(cell(String.valueOf(row.get(c))));
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  private static String cell(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
