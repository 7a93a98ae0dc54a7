package dev.tandem.source;

import dev.tandem.feature.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Comma-separated lines, with double quotes where a value needs them. */
final class Csv {
  private Csv() {}

  /** The values of a line; an unclosed quote is malformed. */
  static List<String> split(String line) throws Malformed {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          value.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    if (quoted) {
      throw new Malformed("a quote is not closed");
    }
    values.add(value.toString());
    return values;
  }

  /** Columns by name, from the first line of a file. */
  static Map<String, Integer> header(Path file) {
    Line line = new Line();
    Map<String, Integer> places = new LinkedHashMap<>();
    try (LineFile in = new LineFile(file)) {
      if (in.next(line)) {
        // A byte order mark belongs to no name.
        for (String name : split(line.text().replace("\uFEFF", ""))) {
          places.put(name.trim(), places.size());
        }
      }
    } catch (Malformed e) {
      throw new DataException("%s:1: %s".formatted(file, e.getMessage()), e);
    }
    return places;
  }

  /** Places of the named columns. */
  static int[] places(Path file, Map<String, Integer> header, List<String> names) {
    List<String> absent = names.stream().filter(n -> !header.containsKey(n)).toList();
    if (!absent.isEmpty()) {
      throw new DataException(
          "%s:1: no column %s; found %s".formatted(file, absent, header.keySet()));
    }
    return names.stream().mapToInt(header::get).toArray();
  }
}
