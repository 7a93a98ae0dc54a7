package dev.tandem.report;

import java.util.List;

/**
 * What a model was trained and judged on.
 *
 * @param parts the parts of the data, such as train, validation and test
 * @param read raw rows read; 0 if unknown
 * @param rejected those of them that were set aside as malformed
 */
public record DataCard(List<Part> parts, long read, long rejected) {
  public DataCard {
    parts = List.copyOf(parts);
  }

  /** Nothing is known. */
  public static DataCard empty() {
    return new DataCard(List.of(), 0, 0);
  }

  /**
   * One part.
   *
   * @param name its name
   * @param rows its rows
   * @param labels per task, in the order of the schema
   */
  public record Part(String name, long rows, List<Labels> labels) {
    public Part {
      labels = List.copyOf(labels);
    }
  }

  /**
   * Labels of one task in one part.
   *
   * @param task the task
   * @param observed rows with a label
   * @param positives those of them whose label is 1; −1 if the task is not binary or the count is
   *     unknown
   * @param missing rows without a label; −1 if unknown
   * @param outside rows outside the task's sample space; −1 if unknown
   */
  public record Labels(String task, long observed, long positives, long missing, long outside) {}
}
