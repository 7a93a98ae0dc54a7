package dev.tandem.cli;

import dev.tandem.inspect.Connections;
import dev.tandem.inspect.ExpertUse;
import java.io.PrintWriter;
import java.util.List;

/**
 * Which experts carry a model, and which connections of its sub-networks are left.
 *
 * @param data the rows; empty if none were asked for
 * @param rows their number
 * @param experts every expert under all gates that may use it
 * @param segment column of the breakdown; empty without one
 * @param values how many different values it has
 * @param segments the experts within each of the most frequent ones
 * @param connections the layers of switches; none unless the body is SNR
 */
record ExpertView(
    String data,
    long rows,
    List<ExpertUse> experts,
    String segment,
    int values,
    List<Segment> segments,
    List<Connections> connections)
    implements View {

  /** The experts over the rows of one segment. */
  record Segment(String segment, long rows, List<ExpertUse> experts) {}

  /** The connections alone, which need no rows. */
  static ExpertView of(List<Connections> connections) {
    return new ExpertView("", 0, List.of(), "", 0, List.of(), connections);
  }

  @Override
  public void print(PrintWriter out) {
    if (!experts.isEmpty()) {
      out.printf("Experts over %,d rows of %s%n", rows, data);
      print(experts, out);
      for (Segment s : segments) {
        out.printf("%n%s = %s: %,d rows%n", segment, s.segment(), s.rows());
        print(s.experts(), out);
      }
      View.leftOut(segment, segments.size(), values, out);
    }
    for (Connections c : connections) {
      out.printf("%n%s: connections from (across) to (down); 0 is pruned%n", c.layer());
      TextTable table = new TextTable(header(c.switches().get(0).size()));
      for (int i = 0; i < c.switches().size(); i++) {
        String[] cells = new String[c.switches().get(i).size() + 1];
        cells[0] = String.valueOf(i);
        for (int j = 1; j < cells.length; j++) {
          cells[j] = View.decimal(c.switches().get(i).get(j - 1));
        }
        table.row(cells);
      }
      table.print(out);
      out.printf("  pruned: %s%n", c.pruned().isEmpty() ? "none" : String.join(", ", c.pruned()));
    }
    if (experts.isEmpty() && connections.isEmpty()) {
      out.println("This model has neither gates over experts nor switched connections.");
    }
  }

  private static void print(List<ExpertUse> experts, PrintWriter out) {
    TextTable table =
        new TextTable("level", "expert", "gate", "serves", "mean weight", "sd", "verdict");
    for (ExpertUse e : experts) {
      for (ExpertUse.ByGate g : e.gates()) {
        table.row(
            e.level(),
            e.expert(),
            g.gate(),
            g.task().isEmpty() ? "what is shared" : g.task(),
            View.decimal(g.mean()),
            View.decimal(g.sd()),
            e.dead() ? "dead: no gate uses it" : g.dead() ? "hardly used" : "");
      }
    }
    table.print(out);
    List<String> dead =
        experts.stream()
            .filter(ExpertUse::dead)
            .map(e -> (e.level() + " " + e.expert()).strip())
            .toList();
    out.printf("%nDead experts: %s%n", dead.isEmpty() ? "none" : String.join(", ", dead));
  }

  private static String[] header(int n) {
    String[] header = new String[n + 1];
    header[0] = "to";
    for (int j = 0; j < n; j++) {
      header[j + 1] = String.valueOf(j);
    }
    return header;
  }
}
