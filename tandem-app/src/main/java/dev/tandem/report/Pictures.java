package dev.tandem.report;

import dev.tandem.metric.Binning;
import dev.tandem.metric.CalibrationCurve;
import dev.tandem.metric.LabelKind;
import dev.tandem.metric.RocCurve;
import dev.tandem.metric.Rows;
import dev.tandem.metric.ScoreHistogram;
import java.util.List;
import java.util.Optional;

/**
 * The curves of one binary task on one part of the data.
 *
 * @param part the part, such as test
 * @param task the task
 * @param reliability mean prediction and share of positives per bin of equal mass
 * @param uncalibrated the same before the calibration that is a part of the model; empty where it
 *     changes nothing
 * @param roc the ROC curve
 * @param scores distribution of the predictions by label
 */
public record Pictures(
    String part,
    String task,
    List<CalibrationCurve.Point> reliability,
    List<CalibrationCurve.Point> uncalibrated,
    List<Rate> roc,
    ScoreHistogram scores) {
  private static final int BINS = 15;
  private static final int ROC_POINTS = 200;
  private static final int SCORE_BINS = 40;

  public Pictures {
    reliability = List.copyOf(reliability);
    uncalibrated = List.copyOf(uncalibrated);
    roc = List.copyOf(roc);
  }

  /** A point of the ROC curve. */
  public record Rate(double falsePositives, double truePositives) {}

  /**
   * The curves of a task's rows; none if the task is not binary or has no rows.
   *
   * @param before the rows as the network alone scores them, if the model has a calibration
   */
  public static List<Pictures> of(String part, String task, Rows rows, Optional<Rows> before) {
    if (rows.kind() != LabelKind.BINARY || rows.count() == 0) {
      return List.of();
    }
    double top = 0;
    for (int i = 0; i < rows.count(); i++) {
      top = Math.max(top, rows.score(i));
    }
    // Rare behaviours have small probabilities: the axis ends where the scores do.
    double high = Math.max(1e-6, Math.min(1, top * 1.0001));
    List<CalibrationCurve.Point> reliability = reliability(rows);
    return List.of(
        new Pictures(
            part,
            task,
            reliability,
            before.map(Pictures::reliability).filter(b -> !b.equals(reliability)).orElse(List.of()),
            RocCurve.of(rows, ROC_POINTS).points().stream()
                .map(p -> new Rate(p.falsePositiveRate(), p.truePositiveRate()))
                .toList(),
            ScoreHistogram.of(rows, SCORE_BINS, 0, high)));
  }

  private static List<CalibrationCurve.Point> reliability(Rows rows) {
    return CalibrationCurve.of(rows, BINS, Binning.EQUAL_MASS).points();
  }
}
