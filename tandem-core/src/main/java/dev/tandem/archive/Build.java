package dev.tandem.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The build of Tandem that is running, as archives and reports record it.
 *
 * @param version the released version or snapshot, such as {@code 0.1.0-SNAPSHOT}
 * @param revision the abbreviated commit, with {@code -dirty} after it when tracked files were
 *     changed, or {@code unknown} when the build had no repository
 */
public record Build(String version, String revision) {

  private static final String RESOURCE = "build.properties";

  /**
   * The running build, read from the resource written when it was built.
   *
   * <p>The system property {@code tandem.revision}, set by the launcher, goes before the resource:
   * a commit that changes no source needs no rebuild, yet changes the revision.
   */
  public static Build current() {
    Properties properties = new Properties();
    try (InputStream in = Build.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String launched = System.getProperty("tandem.revision", "");
    if (!launched.isBlank()) {
      properties.setProperty("revision", launched);
    }
    return new Build(known(properties, "version"), known(properties, "revision"));
  }

  private static String known(Properties properties, String key) {
    String value = properties.getProperty(key, "");
    return value.isBlank() ? "unknown" : value;
  }
}
