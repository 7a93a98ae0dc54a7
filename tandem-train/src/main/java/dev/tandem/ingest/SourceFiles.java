package dev.tandem.ingest;

import dev.tandem.config.Format;
import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Files that together are one table: they exist, are not empty, and are of one kind.
 *
 * @param name what they are called in messages
 * @param files the files, in the order in which the patterns name them, those of one pattern by
 *     name
 * @param type how they are written, never {@code AUTO}
 * @param format what the configuration says about them
 */
record SourceFiles(String name, List<String> files, Format.Type type, Format format) {
  SourceFiles {
    files = List.copyOf(files);
  }

  static SourceFiles resolve(Duck duck, String name, List<String> patterns, Format format) {
    List<String> files = new ArrayList<>();
    for (String pattern : patterns) {
      files.addAll(expand(duck, name, pattern));
    }
    Format.Type type = null;
    for (String file : files) {
      Format.Type found = format.type() == Format.Type.AUTO ? type(name, file) : format.type();
      if (type != null && type != found) {
        throw new DataException(
            name
                + ": "
                + files.get(0)
                + " is "
                + type
                + " and "
                + file
                + " is "
                + found
                + "; the files of one table are of one kind");
      }
      type = found;
    }
    if (type == null) {
      throw new DataException(name + ": no files are named");
    }
    return new SourceFiles(name, files, type, format);
  }

  private static List<String> expand(Duck duck, String name, String pattern) {
    if (!pattern.matches(".*[*?\\[].*") || Files.exists(Path.of(pattern))) {
      check(name, pattern);
      return List.of(pattern);
    }
    List<String> files =
        duck.rows("SELECT file FROM glob(" + Sql.text(pattern) + ") ORDER BY file").stream()
            .map(r -> r.get(0))
            .toList();
    if (files.isEmpty()) {
      throw new DataException(name + ": no file matches " + pattern);
    }
    files.forEach(file -> check(name, file));
    return files;
  }

  private static void check(String name, String file) {
    Path path = Path.of(file);
    if (!Files.exists(path)) {
      throw new DataException(name + ": there is no file " + file);
    } else if (Files.isDirectory(path)) {
      throw new DataException(
          name
              + ": "
              + file
              + " is a directory; name its files with a pattern such as "
              + path.resolve("*.parquet"));
    } else if (!Files.isReadable(path)) {
      throw new DataException(name + ": " + file + " cannot be read: permission denied");
    }
    try {
      if (Files.isRegularFile(path) && Files.size(path) == 0) {
        throw new DataException(name + ": " + file + " is empty");
      }
    } catch (IOException e) {
      throw new DataException(name + ": " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Format.Type type(String name, String file) {
    String lower = file.toLowerCase(Locale.ROOT).replaceAll("\\.(gz|gzip|zst|zstd)$", "");
    if (lower.matches(".*\\.(parquet|pq)")) {
      return Format.Type.PARQUET;
    } else if (lower.matches(".*\\.(csv|tsv|txt|tab)")) {
      return Format.Type.CSV;
    } else if (lower.matches(".*\\.(json|jsonl|ndjson)")) {
      return Format.Type.JSON;
    }
    throw new DataException(
        name
            + ": the extension of "
            + file
            + " says nothing of its kind; known: .parquet, .csv, .tsv, .txt, .json, .jsonl, .ndjson,"
            + " each also with .gz or .zst; or set format: {type: csv | parquet | json}");
  }

  /** The option of the text readers that says how a file is compressed. */
  String compression() {
    return switch (format.compression()) {
      case AUTO -> "'auto_detect'";
      case NONE -> "'none'";
      case GZIP -> "'gzip'";
      case ZSTD -> "'zstd'";
    };
  }

  /** The lines of text files as one column {@code line}, in order. */
  String lines(List<String> of) {
    return lines(of, false);
  }

  /**
   * The same.
   *
   * @param readable whether lines that are no text, such as wrong UTF-8, are left out
   */
  String lines(List<String> of, boolean readable) {
    return "read_csv("
        + Sql.texts(of)
        + ", columns={'line': 'VARCHAR'}, header=false, delim='', quote='', escape='', auto_detect=false, compression="
        + compression()
        + ", max_line_size=16777216"
        + (readable ? ", ignore_errors=true" : "")
        + ")";
  }
}
