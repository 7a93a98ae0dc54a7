package dev.tandem.report;

import dev.tandem.inspect.GateUse;
import java.util.List;

/**
 * Everything that a report shows, ready to be drawn: plain values, so that the page does not depend
 * on where they come from. What is unknown is an empty list; numbers that are undefined are NaN.
 *
 * @param title name of the model
 * @param tasks what it predicts
 * @param data what it was trained and judged on
 * @param curves losses and metrics epoch by epoch
 * @param metrics the metrics of every part of the data, one line each
 * @param pictures reliability, ROC and score distributions of the binary tasks
 * @param seesaw gains and losses against the tasks alone; none or one
 * @param gates how the gates use the experts
 * @param relatedness how the tasks' labels go together; none or one
 * @param conflicts how the tasks' gradients agree; none or one
 * @param model the network; none or one
 * @param provenance what it takes to repeat the run
 */
public record ReportData(
    String title,
    List<TaskCard> tasks,
    DataCard data,
    List<Curve> curves,
    List<MetricLine> metrics,
    List<Pictures> pictures,
    List<Seesaw> seesaw,
    List<GateUse> gates,
    List<Relatedness> relatedness,
    List<Conflicts> conflicts,
    List<ModelCard> model,
    Provenance provenance) {
  public ReportData {
    tasks = List.copyOf(tasks);
    curves = List.copyOf(curves);
    metrics = List.copyOf(metrics);
    pictures = List.copyOf(pictures);
    seesaw = List.copyOf(seesaw);
    gates = List.copyOf(gates);
    relatedness = List.copyOf(relatedness);
    conflicts = List.copyOf(conflicts);
    model = List.copyOf(model);
  }

  /** The page: one HTML file that needs nothing else. */
  public String html() {
    return Page.html(Page.Kind.REPORT, title, this);
  }
}
