package dev.tandem.ingest;

import dev.tandem.feature.EncodedData;
import dev.tandem.feature.Preprocessor;
import dev.tandem.schema.InputLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Encoded parts, ready for training, and what is known about them.
 *
 * @param directory where they lie
 * @param fingerprint SHA-256 of everything that decided them: files, SQL, features, versions
 * @param reused whether nothing had changed and they were taken as they were
 * @param preprocessor what was fitted on the training rows
 * @param train the training rows
 * @param validation the validation rows, when there are any
 * @param test the test rows, when there are any
 * @param summaries counts per part, by name
 * @param read rows read, those set aside included
 * @param rejected rows set aside; {@code rejects.csv} in the directory lists them
 * @param notes what else a reader should know of the data, one sentence each
 */
public record PreparedData(
    Path directory,
    String fingerprint,
    boolean reused,
    Preprocessor preprocessor,
    EncodedData train,
    Optional<EncodedData> validation,
    Optional<EncodedData> test,
    Map<String, PartSummary> summaries,
    long read,
    long rejected,
    List<String> notes) {
  public PreparedData {
    notes = List.copyOf(notes);
    summaries = Map.copyOf(summaries);
  }

  /** What an encoded row consists of. */
  public InputLayout layout() {
    return preprocessor.layout();
  }

  /**
   * Counts of a part.
   *
   * @throws IllegalArgumentException when there is no such part
   */
  public PartSummary summary(String part) {
    PartSummary summary = summaries.get(part);
    if (summary == null) {
      throw new IllegalArgumentException("no part " + part + " among " + summaries.keySet());
    }
    return summary;
  }
}
