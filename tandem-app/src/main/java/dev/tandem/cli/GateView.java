package dev.tandem.cli;

import dev.tandem.inspect.GateMeters;
import dev.tandem.inspect.GateUse;
import java.io.PrintWriter;
import java.util.List;

/**
 * How the gates of a model weigh their experts.
 *
 * @param data the rows
 * @param rows their number
 * @param gates over all rows
 * @param segment column of the breakdown; empty without one
 * @param values how many different ones it has
 * @param segments within each of the most frequent ones
 */
record GateView(
    String data,
    long rows,
    List<GateUse> gates,
    String segment,
    int values,
    List<GateMeters.Segment> segments)
    implements View {

  @Override
  public void print(PrintWriter out) {
    out.printf("Gates over %,d rows of %s%n", rows, data);
    if (gates.isEmpty()) {
      out.println("This model has no gates.");
      return;
    }
    out.println("Entropy is 0 when one expert takes all and 1 when all count alike.");
    print(gates, out);
    for (GateMeters.Segment s : segments) {
      out.printf("%n%s = %s: %,d rows%n", segment, s.segment(), s.rows());
      print(s.gates(), out);
    }
    View.leftOut(segment, segments.size(), values, out);
  }

  private static void print(List<GateUse> gates, PrintWriter out) {
    for (GateUse gate : gates) {
      out.printf(
          "%n%s, serves %s: entropy %s, %s%n",
          gate.gate(),
          gate.task().isEmpty() ? "what is shared" : gate.task(),
          View.decimal(gate.entropy()),
          verdict(gate));
      TextTable table = new TextTable("expert", "mean", "sd");
      gate.experts()
          .forEach(e -> table.row(e.name(), View.decimal(e.mean()), View.decimal(e.sd())));
      table.print(out);
    }
  }

  private static String verdict(GateUse gate) {
    String dead = String.join(", ", gate.dead());
    if (gate.collapsed()) {
      return "collapsed onto one expert";
    }
    return dead.isEmpty() ? "uses all its experts" : "hardly uses " + dead;
  }
}
