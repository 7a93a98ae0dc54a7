package dev.tandem.report;

import dev.tandem.archive.Archive;
import dev.tandem.archive.Origin;
import java.util.List;

/**
 * What it takes to repeat a run.
 *
 * @param command the exact command
 * @param seed the run's seed
 * @param runHash hash of everything that the run depends on
 * @param dataFingerprint fingerprint of the input files, SQL and feature configuration
 * @param version version of the Tandem that trained it
 * @param revision its source revision
 * @param configuration the run configuration with every default written out
 * @param parts the archive's parts
 */
public record Provenance(
    String command,
    long seed,
    String runHash,
    String dataFingerprint,
    String version,
    String revision,
    String configuration,
    List<Hash> parts) {
  public Provenance {
    parts = List.copyOf(parts);
  }

  /** A part of the archive: bytes and SHA-256. */
  public record Hash(String name, long bytes, String sha256) {}

  /** The provenance that an archive states. */
  public static Provenance of(Archive archive) {
    Origin origin = archive.origin();
    return new Provenance(
        origin.command(),
        origin.seed(),
        origin.runHash(),
        origin.dataFingerprint(),
        origin.build().version(),
        origin.build().revision(),
        archive.text(dev.tandem.archive.Part.CONFIG),
        archive.parts().stream().map(p -> new Hash(p.name(), p.size(), p.sha256())).toList());
  }
}
