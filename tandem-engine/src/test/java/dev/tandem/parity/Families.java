package dev.tandem.parity;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every {@link Family} of this package, found among its compiled classes. */
public final class Families {
  private Families() {}

  /** The families by the models that they build. */
  public static Map<String, Family> byModel() throws IOException {
    Map<String, Family> families = new TreeMap<>();
    try (Stream<Path> files = Files.list(classes())) {
      for (Path file : files.filter(p -> p.toString().endsWith(".class")).sorted().toList()) {
        String name = String.valueOf(file.getFileName()).replace(".class", "");
        Class<?> type = Class.forName(Families.class.getPackageName() + "." + name);
        if (Family.class.isAssignableFrom(type)
            && !type.isInterface()
            && !type.isAnonymousClass()) {
          Family family = (Family) type.getDeclaredConstructor().newInstance();
          for (String model : family.models()) {
            if (families.put(model, family) != null) {
              throw new IllegalStateException("two families build " + model);
            }
          }
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return families;
  }

  private static Path classes() {
    try {
      Path root =
          Path.of(Families.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return root.resolve(Families.class.getPackageName().replace('.', '/'));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
