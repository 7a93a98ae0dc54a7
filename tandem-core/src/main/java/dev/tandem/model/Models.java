package dev.tandem.model;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The models that there are. A model is a public record of this package that implements {@link
 * Bottom}, {@link Body}, {@link Head} or {@link Interaction}; it is found among the compiled
 * classes, so that adding one is adding its file. Its name is the record's in snake case, its
 * options are its components. Thread-safe.
 */
public final class Models {
  private static final String CLASS = ".class";

  private Models() {}

  /**
   * The records that implement {@code contract}, by name, in alphabetical order.
   *
   * @param contract {@link Bottom}, {@link Body}, {@link Head} or {@link Interaction}
   */
  public static Map<String, Class<? extends Record>> of(Class<?> contract) {
    Map<String, Class<? extends Record>> found = new TreeMap<>();
    for (Class<? extends Record> type : Records.ALL) {
      if (contract.isAssignableFrom(type)) {
        found.put(name(type), type);
      }
    }
    return Collections.unmodifiableMap(found);
  }

  /** {@code MlMmoe} is {@code ml_mmoe}. */
  public static String name(Class<? extends Record> type) {
    return type.getSimpleName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** Read once, when first asked for. */
  private static final class Records {
    static final List<Class<? extends Record>> ALL =
        classNames().stream().map(Records::load).flatMap(Optional::stream).toList();

    private static Optional<Class<? extends Record>> load(String name) {
      try {
        Class<?> type = Class.forName(name, false, Models.class.getClassLoader());
        boolean model = type.isRecord() && java.lang.reflect.Modifier.isPublic(type.getModifiers());
        return model ? Optional.of(type.asSubclass(Record.class)) : Optional.empty();
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("the class file of " + name + " cannot be loaded", e);
      }
    }

    private static List<String> classNames() {
      String room = Models.class.getPackageName().replace('.', '/') + "/";
      CodeSource source = Models.class.getProtectionDomain().getCodeSource();
      if (source == null || source.getLocation() == null) {
        throw new IllegalStateException("the models cannot be listed: their classes have no file");
      }
      try {
        Path path = Path.of(source.getLocation().toURI());
        return Files.isDirectory(path) ? inDirectory(path.resolve(room)) : inJar(path, room);
      } catch (URISyntaxException | IOException e) {
        throw new IllegalStateException("the models cannot be listed from " + source, e);
      }
    }

    private static List<String> inDirectory(Path directory) throws IOException {
      try (Stream<Path> files = Files.list(directory)) {
        return names(files.map(file -> String.valueOf(file.getFileName())));
      }
    }

    private static List<String> inJar(Path jar, String room) throws IOException {
      try (JarFile file = new JarFile(jar.toFile())) {
        return names(
            file.stream()
                .map(entry -> entry.getName())
                .filter(entry -> entry.startsWith(room))
                .map(entry -> entry.substring(room.length()))
                .filter(entry -> entry.indexOf('/') < 0));
      }
    }

    private static List<String> names(Stream<String> files) {
      return files
          .filter(file -> file.endsWith(CLASS) && !file.equals("package-info" + CLASS))
          .map(file -> file.substring(0, file.length() - CLASS.length()))
          .map(file -> Models.class.getPackageName() + "." + file)
          .sorted()
          .toList();
    }
  }
}
