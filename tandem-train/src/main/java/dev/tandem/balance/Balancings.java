package dev.tandem.balance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The balancing rules there are, found by looking at the classes of this package, so that adding
 * one is adding its file.
 */
public final class Balancings {
  private static final Map<String, Class<? extends Record>> TYPES = find();

  private Balancings() {}

  /** The records by the name that a configuration uses: {@code db_mtl} for {@code DbMtl}. */
  public static Map<String, Class<? extends Record>> types() {
    return TYPES;
  }

  private static Map<String, Class<? extends Record>> find() {
    try {
      Path home =
          Path.of(Balancings.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      String folder = Balancings.class.getPackageName().replace('.', '/');
      if (Files.isDirectory(home)) {
        return typesIn(home.resolve(folder));
      }
      try (FileSystem jar = FileSystems.newFileSystem(home)) {
        return typesIn(jar.getPath(folder));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Class<? extends Record>> typesIn(Path folder)
      throws IOException, ClassNotFoundException {
    Map<String, Class<? extends Record>> types = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(".class") && !name.contains("$") && !name.contains("-")) {
          String simple = name.substring(0, name.length() - ".class".length());
          Class<?> type = Class.forName(Balancings.class.getPackageName() + "." + simple);
          if (Balancing.class.isAssignableFrom(type) && type.isRecord()) {
            types.put(snake(simple), type.asSubclass(Record.class));
          }
        }
      }
    }
    return Collections.unmodifiableMap(types);
  }

  private static String snake(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
