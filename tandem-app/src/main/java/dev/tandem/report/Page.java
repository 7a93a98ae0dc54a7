package dev.tandem.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * One self-contained HTML file: the page's skeleton, style and scripts, the chart library and the
 * data, with no reference to anything outside.
 */
final class Page {
  private static final String LIBRARY = "/META-INF/resources/webjars/d3/7.9.0/dist/d3.min.js";

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new FiniteNumbers());

  private Page() {}

  /** Which page of the script to draw. */
  enum Kind {
    REPORT,
    COMPARISON,
    CONFLICTS,
    CONFLICT_COMPARISON
  }

  /** The file's text. */
  static String html(Kind kind, String title, Object data) {
    Map<String, String> slots =
        Map.of(
            "{{title}}", text(title),
            "{{kind}}", kind.name().toLowerCase(Locale.ROOT),
            "{{style}}", resource("page.css"),
            "{{library}}", resource(LIBRARY),
            "{{charts}}", resource("charts.js"),
            "{{script}}", resource("page.js"),
            "{{data}}", json(data));
    StringBuilder html = new StringBuilder();
    String skeleton = resource("page.html");
    int from = 0;
    // One pass: what a slot is filled with is never looked at again, whatever names it holds.
    while (true) {
      int open = skeleton.indexOf("{{", from);
      if (open < 0) {
        return html.append(skeleton, from, skeleton.length()).toString();
      }
      int close = skeleton.indexOf("}}", open) + 2;
      html.append(skeleton, from, open).append(slots.get(skeleton.substring(open, close)));
      from = close;
    }
  }

  /**
   * JSON that may stand in a script element: no {@code <} that could end or open anything there.
   */
  static String json(Object data) {
    try {
      return JSON.writeValueAsString(data)
          .replace("<", "\\u003c")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
