package dev.tandem.config;

/**
 * Where a piece of configuration stands.
 *
 * @param source the file, or what it was given by ({@code --set})
 * @param line line, from 1; 0 when the source has no lines
 * @param path the YAML path, {@code model.body.levels}; empty at the top
 */
public record Place(String source, int line, String path) {
  /** The place of a key below this one, on another line. */
  Place child(String key, int childLine) {
    return new Place(source, childLine, path.isEmpty() ? key : path + "." + key);
  }

  /** The place of a list's element, counted from 0. */
  Place element(int index, int childLine) {
    return new Place(source, childLine, path + "[" + index + "]");
  }

  /** {@code run.yaml:12 (model.body)}. */
  @Override
  public String toString() {
    return source + (line > 0 ? ":" + line : "") + (path.isEmpty() ? "" : " (" + path + ")");
  }
}
