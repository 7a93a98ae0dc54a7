package dev.tandem.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the data files of a configuration relative to the file that names them, so that a run and
 * its data move together. What {@code --set} names stays relative to the current directory, as a
 * shell user expects.
 */
final class FilePaths {
  private static final List<String> PARTS = List.of("rows", "train", "validation", "test");

  private final Path directory;

  FilePaths(Path directory) {
    this.directory = directory;
  }

  ConfigNode.Mapping resolve(ConfigNode.Mapping root) {
    if (!(root.get("data").orElse(null) instanceof ConfigNode.Mapping data)) {
      return root;
    }
    ConfigNode.Mapping resolved = data;
    for (String part : PARTS) {
      ConfigNode node = data.entries().get(part);
      resolved = node == null ? resolved : resolved.with(part, table(node));
    }
    if (data.get("sources").orElse(null) instanceof ConfigNode.Mapping sources) {
      Map<String, ConfigNode> entries = new LinkedHashMap<>();
      sources.entries().forEach((name, node) -> entries.put(name, table(node)));
      resolved = resolved.with("sources", new ConfigNode.Mapping(entries, sources.place()));
    }
    return root.with("data", resolved);
  }

  /** A part or a source: files in the short form, or settings with files among them. */
  private ConfigNode table(ConfigNode node) {
    if (node instanceof ConfigNode.Mapping settings) {
      ConfigNode files = settings.entries().get("files");
      return files == null ? settings : settings.with("files", files(files));
    }
    return files(node);
  }

  private ConfigNode files(ConfigNode node) {
    if (node instanceof ConfigNode.Listing list) {
      return new ConfigNode.Listing(
          list.elements().stream().map(this::files).toList(), list.place());
    } else if (node instanceof ConfigNode.Scalar scalar
        && !scalar.isNull()
        && !scalar.place().source().startsWith("--set")) {
      return new ConfigNode.Scalar(file(scalar.text()), scalar.quoted(), scalar.place());
    }
    return node;
  }

  private String file(String text) {
    // An address (https://…, s3://…) is not a path, and a glob may hold what a Path cannot.
    boolean absolute =
        text.startsWith("/") || text.contains("://") || text.matches("[A-Za-z]:[\\\\/].*");
    return absolute ? text : directory + directory.getFileSystem().getSeparator() + text;
  }
}
