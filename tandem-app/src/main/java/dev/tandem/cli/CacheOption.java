package dev.tandem.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where prepared data are kept, as every command that prepares them takes it: use as a mixin. */
final class CacheOption {

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Where prepared data are kept for the next run (default: $TANDEM_CACHE, then"
              + " $XDG_CACHE_HOME/tandem, then ~/.cache/tandem).")
  private @Nullable Path cache;

  Path directory() {
    if (cache != null) {
      return cache;
    }
    String named = System.getenv("TANDEM_CACHE");
    if (named != null && !named.isBlank()) {
      return Path.of(named);
    }
    String base = System.getenv("XDG_CACHE_HOME");
    if (base != null && !base.isBlank()) {
      return Path.of(base, "tandem");
    }
    return Path.of(System.getProperty("user.home", "."), ".cache", "tandem");
  }
}
