package dev.tandem.figure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.feature.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A directory of figures: of each {@code ID.csv}, {@code ID.svg}, {@code ID.png} and {@code
 * ID.json}, and {@code index.html}, which shows all that are there and needs nothing outside it.
 */
public final class FigureFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FigureFolder() {}

  /**
   * Writes a figure and the page anew.
   *
   * @throws DataException when the directory cannot be written
   */
  public static void write(Path directory, Figure figure) {
    try {
      Files.createDirectories(directory);
      Path stem = directory.resolve(figure.id());
      AtomicFiles.write(Path.of(stem + ".csv"), figure.csv());
      AtomicFiles.write(Path.of(stem + ".svg"), figure.picture().svg());
      byte[] pixels = figure.picture().png();
      AtomicFiles.write(Path.of(stem + ".png"), out -> out.write(pixels));
      AtomicFiles.write(Path.of(stem + ".json"), json(figure));
      AtomicFiles.write(directory.resolve("index.html"), page(directory));
    } catch (IOException e) {
      throw new DataException(
          "figures cannot be written into %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  private static String json(Figure figure) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", figure.id()).put("title", figure.title());
    node.put("look_for", figure.lookFor()).put("found", figure.found());
    ObjectNode facts = node.putObject("facts");
    figure.facts().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(e -> facts.put(e.getKey(), e.getValue()));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
  }

  private static String page(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(p -> p.toString().endsWith(".json")).sorted().toList();
    }
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';");
    html.append(" style-src 'unsafe-inline'; img-src data:\">\n<title>Figures</title>\n<style>");
    html.append(resource("/dev/tandem/report/page.css"));
    html.append("main img { display: block; width: 100%; height: auto; background: #fff;");
    html.append(" border-radius: 6px; }\n</style></head><body>\n");
    html.append("<header><p class=\"mark\">Tandem</p><h1>Figures</h1></header>\n<main>\n");
    for (Path file : files) {
      figure(html, directory, JSON.readTree(Files.readString(file)));
    }
    return html.append("</main></body></html>\n").toString();
  }

  private static void figure(StringBuilder html, Path directory, JsonNode node) throws IOException {
    String id = node.path("id").asText();
    byte[] svg = Files.readAllBytes(directory.resolve(id + ".svg"));
    String title = text(node.path("title").asText());
    html.append("<h2 id=\"").append(text(id)).append("\">").append(title).append("</h2>\n");
    html.append("<figure class=\"wide\"><img alt=\"").append(title);
    html.append("\" src=\"data:image/svg+xml;base64,");
    html.append(Base64.getEncoder().encodeToString(svg)).append("\">\n<figcaption><small>");
    html.append("<b>Look for:</b> ").append(text(node.path("look_for").asText()));
    html.append("</small><small><b>Found:</b> ").append(text(node.path("found").asText()));
    html.append("</small><small>");
    node.path("facts")
        .properties()
        .forEach(
            fact ->
                html.append(text(fact.getKey() + ": " + fact.getValue().asText())).append("; "));
    html.append("numbers in ").append(text(id)).append(".csv</small></figcaption></figure>\n");
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(FigureFolder.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
