package dev.tandem.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.calibration.Calibration;
import dev.tandem.calibration.Calibrator;
import dev.tandem.calibration.Isotonic;
import dev.tandem.calibration.NegativeSampling;
import dev.tandem.calibration.Platt;
import java.io.PrintWriter;
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
                table.row(
                    task,
                    method(fitted.calibrator()),
                    change(fitted, q -> q.pcoc().orElse(Double.NaN)),
                    change(fitted, Calibration.Quality::ece),
                    change(fitted, Calibration.Quality::logLoss)));
    table.print(out);
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
      Calibration.Fitted fitted, ToDoubleFunction<Calibration.Quality> figure) {
    return fitted.before().isPresent() && fitted.after().isPresent()
        ? View.decimal(figure.applyAsDouble(fitted.before().get()))
            + " → "
            + View.decimal(figure.applyAsDouble(fitted.after().get()))
        : "unknown";
  }
}
