package dev.tandem.experiment;

import java.util.List;

/**
 * What came of an experiment, to be read by a person.
 *
 * @param title name of the experiment
 * @param tables in reading order
 */
public record Summary(String title, List<Table> tables) {
  private static final String STYLE =
      ":root{color-scheme:light dark}"
          + "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}"
          + "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
          + ".wide{overflow-x:auto}th,td{padding:.25rem .7rem;border-bottom:1px solid #8886;"
          + "text-align:right;white-space:nowrap}th:first-child,td:first-child{text-align:left}"
          + "li{margin:.2rem 0}";

  public Summary {
    tables = List.copyOf(tables);
  }

  /** As Markdown. */
  public String markdown() {
    StringBuilder text = new StringBuilder("# ").append(title).append('\n');
    for (Table table : tables) {
      text.append("\n## ").append(table.title()).append("\n\n");
      if (!table.header().isEmpty()) {
        line(text, table.header());
        text.append("|---|").append("---:|".repeat(table.header().size() - 1)).append('\n');
        table.rows().forEach(row -> line(text, row));
        text.append('\n');
      }
      table.notes().forEach(note -> text.append("* ").append(note).append('\n'));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append('|');
    cells.forEach(cell -> text.append(' ').append(cell.replace("|", "\\|")).append(" |"));
    text.append('\n');
  }

  /** As one HTML page that needs nothing else, legible in light and dark. */
  public String html() {
    StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head>");
    page.append("<meta charset=\"utf-8\">");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.append("<link rel=\"icon\" href=\"data:,\"><title>").append(escaped(title));
    page.append("</title><style>").append(STYLE).append("</style></head><body>\n");
    page.append("<h1>").append(escaped(title)).append("</h1>\n");
    for (Table table : tables) {
      page.append("<h2>").append(escaped(table.title()));
      page.append("</h2>\n");
      if (!table.header().isEmpty()) {
        page.append("<div class=\"wide\"><table><thead>");
        row(page, "th", table.header());
        page.append("</thead><tbody>\n");
        table.rows().forEach(row -> row(page, "td", row));
        page.append("</tbody></table></div>\n");
      }
      page.append("<ul>\n");
      table.notes().forEach(n -> page.append("<li>").append(escaped(n)).append("</li>\n"));
      page.append("</ul>\n");
    }
    return page.append("</body></html>\n").toString();
  }

  private static void row(StringBuilder page, String tag, List<String> cells) {
    page.append("<tr>");
    for (String cell : cells) {
      page.append('<').append(tag).append('>').append(escaped(cell));
      page.append("</").append(tag).append('>');
    }
    page.append("</tr>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
