package dev.tandem.source;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The samples of raw formats, which are not part of the project. */
final class Samples {
  private Samples() {}

  /** The directory of one sample; the test is skipped, saying so, without it. */
  static Path of(String name) {
    String set = System.getenv("TANDEM_DATA");
    Optional<Path> found =
        (set == null ? List.of("../shared/data", "../../shared/data") : List.of(set))
            .stream().map(d -> Path.of(d, "samples", name)).filter(Files::isDirectory).findFirst();
    assumeTrue(found.isPresent(), "no samples/" + name + " under TANDEM_DATA or ../shared/data");
    return found.orElseThrow();
  }
}
