package dev.tandem.cli;

import dev.tandem.inspect.TableCard;
import java.io.PrintWriter;
import java.util.List;

/**
 * Embedding tables: lengths of rows, how often they were read, neighbours.
 *
 * @param tables a card per table
 * @param neighbours the rows nearest to the one that was asked for
 */
record EmbeddingView(List<TableCard> tables, List<TableCard.Neighbours> neighbours)
    implements View {

  @Override
  public void print(PrintWriter out) {
    if (!neighbours.isEmpty()) {
      neighbours.forEach(n -> print(n, out));
      return;
    }
    summary(out);
    if (tables.size() == 1) {
      rows("Read least by one pass over the training rows", tables.get(0).rarest(), out);
      rows("Longest", tables.get(0).longest(), out);
    } else {
      out.printf("%nOne table with its rows: --embeddings FEATURE; neighbours: FEATURE=VALUE%n");
    }
  }

  private void summary(PrintWriter out) {
    out.println("Lengths of the rows, and how often one pass over the training rows reads them");
    TextTable table =
        new TextTable(
            "table",
            "rows",
            "dim",
            "read by",
            "mean length",
            "sd",
            "least",
            "median",
            "most",
            "missing",
            "median reads",
            "never",
            "< " + TableCard.RARE,
            "reads of missing");
    for (TableCard t : tables) {
      boolean known = !t.reads().isEmpty();
      table.row(
          t.name(),
          View.count(t.rows()),
          View.count(t.dim()),
          String.join(", ", t.features()),
          View.decimal(t.norms().mean()),
          View.decimal(t.norms().sd()),
          View.decimal(t.norms().least()),
          View.decimal(t.norms().median()),
          View.decimal(t.norms().most()),
          View.decimal(t.missingNorm()),
          View.count(known ? t.reads().get(0).median() : -1),
          View.count(known ? t.reads().get(0).never() : -1),
          View.count(known ? t.reads().get(0).rare() : -1),
          View.count(known ? t.reads().get(0).missing() : -1));
    }
    table.print(out);
    if (tables.stream().anyMatch(t -> t.reads().isEmpty())) {
      out.println("This archive does not say how often rows were read: it is of an older Tandem.");
    } else {
      out.println(
          "Reads were counted in training. A row is updated at most that often per epoch; one that"
              + " was never read is as it was drawn.");
    }
  }

  private static void rows(String title, List<TableCard.RowCard> rows, PrintWriter out) {
    if (!rows.isEmpty()) {
      out.printf("%n%s%n", title);
      TextTable table = new TextTable("row", "value", "length", "reads");
      rows.forEach(
          r ->
              table.row(
                  View.count(r.row()), r.value(), View.decimal(r.norm()), View.count(r.reads())));
      table.print(out);
    }
  }

  private static void print(TableCard.Neighbours n, PrintWriter out) {
    out.printf(
        "Nearest to %s in %s (row %,d, length %s%s), by the cosine of the angle%n",
        n.of().value(),
        n.table(),
        n.of().row(),
        View.decimal(n.of().norm()),
        n.of().reads() < 0 ? "" : ", read " + View.count(n.of().reads()) + " times");
    TextTable table = new TextTable("value", "cosine", "length", "reads");
    n.nearest()
        .forEach(
            x ->
                table.row(
                    x.row().value(),
                    View.decimal(x.cosine()),
                    View.decimal(x.row().norm()),
                    View.count(x.row().reads())));
    table.print(out);
  }
}
