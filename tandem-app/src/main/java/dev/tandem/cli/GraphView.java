package dev.tandem.cli;

import dev.tandem.report.ModelCard;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** The layers of a model's scoring graph with their shapes and cost. */
record GraphView(ModelCard card) implements View {

  @Override
  public Object json() {
    return card;
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        "%,d parameters in the network, %,d in embedding tables, %,d FLOPs to score a row%n",
        card.parameters(), card.tableParameters(), card.flopsPerRow());
    out.println("Shapes with B rows; sequences counted as 50 steps long.");
    TextTable table = new TextTable("layer", "kind", "gives", "parameters", "FLOPs", "reads");
    for (ModelCard.Block b : card.blocks()) {
      table.row(
          b.name(),
          b.kind(),
          b.shape(),
          View.count(b.parameters()),
          View.count(b.flops()),
          b.inputs().stream()
              .map(i -> card.blocks().get(i).name())
              .collect(Collectors.joining(", ")));
    }
    table.print(out);
  }
}
