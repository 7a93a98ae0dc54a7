package dev.tandem.inspect;

import java.util.List;

/**
 * What one embedding table looks like after training.
 *
 * @param name its name
 * @param rows its rows, row 0 (missing or unknown) included
 * @param dim width of a row
 * @param features the inputs that read it
 * @param norms Euclidean lengths of its rows, without row 0
 * @param missingNorm length of row 0
 * @param reads how often training read its rows; none if the archive does not say
 * @param rarest the rows that were read least, without row 0
 * @param longest the rows of the largest length
 */
public record TableCard(
    String name,
    int rows,
    int dim,
    List<String> features,
    Norms norms,
    double missingNorm,
    List<Reads> reads,
    List<RowCard> rarest,
    List<RowCard> longest) {
  /** Rows that one pass over the training rows reads fewer times than this are rarely updated. */
  public static final int RARE = 5;

  public TableCard {
    features = List.copyOf(features);
    reads = List.copyOf(reads);
    rarest = List.copyOf(rarest);
    longest = List.copyOf(longest);
  }

  /** The distribution of lengths; NaN if there are no rows. */
  public record Norms(double mean, double sd, double least, double median, double most) {}

  /**
   * How one pass over the training rows read the table: a row moves at most that often per epoch.
   *
   * @param never rows, without row 0, that nothing read: they still are what they were drawn
   * @param rare rows, without row 0, that were read fewer than {@link #RARE} times, never included
   * @param median reads of the median row
   * @param missing reads of row 0
   */
  public record Reads(long never, long rare, long median, long missing) {}

  /**
   * One row.
   *
   * @param row its number
   * @param value the value that it stands for
   * @param norm its length
   * @param reads how often one pass over the training rows read it; −1 if unknown
   */
  public record RowCard(int row, String value, double norm, long reads) {}

  /** A row near another: the cosine of the angle between them. */
  public record Neighbour(RowCard row, double cosine) {}

  /** The rows nearest to one. */
  public record Neighbours(String table, RowCard of, List<Neighbour> nearest) {
    public Neighbours {
      nearest = List.copyOf(nearest);
    }
  }
}
