package dev.tandem.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.calibration.Calibration;
import dev.tandem.calibration.Calibrator;
import dev.tandem.calibration.Isotonic;
import dev.tandem.calibration.NegativeSampling;
import dev.tandem.calibration.Platt;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** How a model's probabilities are corrected, and what that did to the validation part. */
record CalibrationView(Calibration calibration) implements View {

  @Override
  public Object json() {
    try {
      return new ObjectMapper().readTree(calibration.text());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A calibration is written as JSON", e);
    }
  }

  @Override
  public void print(PrintWriter out) {
    out.printf("%nCalibration, before → after on validation%n");
    TextTable table = new TextTable("task", "method", "pcoc", "ece", "logloss");
    calibration
        .tasks()
        .forEach(
            (task, fitted) ->
                row(table, task, method(fitted.calibrator()), fitted.before(), fitted.after()));
    calibration
        .products()
        .forEach(
            (name, joint) ->
                row(
                    table,
                    name,
                    "follows " + String.join(", ", joint.of()),
                    joint.before(),
                    joint.after()));
    table.print(out);
  }

  private static void row(
      TextTable table,
      String name,
      String method,
      Optional<Calibration.Quality> before,
      Optional<Calibration.Quality> after) {
    table.row(
        name,
        method,
        change(before, after, q -> q.pcoc().orElse(Double.NaN)),
        change(before, after, Calibration.Quality::ece),
        change(before, after, Calibration.Quality::logLoss));
  }

  private static String method(Calibrator calibrator) {
    if (calibrator instanceof Isotonic isotonic) {
      return "isotonic, " + isotonic.x().size() + " knots";
    } else if (calibrator instanceof Platt platt) {
      return "platt, slope %s, intercept %s"
          .formatted(View.decimal(platt.slope()), View.decimal(platt.intercept()));
    }
    return "negative_sampling, rate " + ((NegativeSampling) calibrator).rate();
  }

  private static String change(
      Optional<Calibration.Quality> before,
      Optional<Calibration.Quality> after,
      ToDoubleFunction<Calibration.Quality> figure) {
    return before.isPresent() && after.isPresent()
        ? View.decimal(figure.applyAsDouble(before.get()))
            + " → "
            + View.decimal(figure.applyAsDouble(after.get()))
        : "unknown";
  }
}
