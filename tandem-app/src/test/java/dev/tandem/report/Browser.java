package dev.tandem.report;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real Chromium without a window; each use is a process with a profile of its own. */
public final class Browser {
  private final Path binary;
  private final Path directory;

  private Browser(Path binary, Path directory) {
    this.binary = binary;
    this.directory = directory;
  }

  /** What a page looks like once its scripts have run. */
  public record Dom(String html, List<String> console) {
    /** Value of an attribute of the root element. */
    public Optional<String> root(String attribute) {
      Matcher m = Pattern.compile("<html[^>]*\\b" + attribute + "=\"([^\"]*)\"").matcher(html);
      return m.find() ? Optional.of(m.group(1)) : Optional.empty();
    }

    /** The number of marks of each chart, by order of appearance; −1 for one that was not drawn. */
    public List<Integer> charts() {
      Matcher m = Pattern.compile("<figure[^>]*data-chart=[^>]*>").matcher(html);
      List<Integer> marks = new ArrayList<>();
      while (m.find()) {
        Matcher count = Pattern.compile("data-rendered=\"(\\d+)\"").matcher(m.group());
        marks.add(count.find() ? Integer.parseInt(count.group(1)) : -1);
      }
      return marks;
    }
  }

  /** The installed browser; skips the test if there is none. */
  public static Browser orSkip(Path directory) {
    Optional<Path> binary =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .flatMap(
                name ->
                    Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(d -> Path.of(d, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(binary.isPresent(), "skipped: no chromium on the PATH");
    return new Browser(binary.orElseThrow(), directory);
  }

  public Dom open(Path page) throws IOException, InterruptedException {
    Path dom = Files.createTempFile(directory, "dom", ".html");
    Path log = run(dom, "--dump-dom", page.toUri().toString());
    List<String> console =
        Files.readAllLines(log, StandardCharsets.UTF_8).stream()
            .filter(line -> line.contains(":CONSOLE"))
            .toList();
    return new Dom(Files.readString(dom), console);
  }

  /** A picture of the page's top; a width and height in CSS pixels. */
  public void screenshot(Path page, Path png, int width, int height, String... flags)
      throws IOException, InterruptedException {
    List<String> args = new ArrayList<>(List.of(flags));
    args.add("--screenshot=" + png.toAbsolutePath());
    args.add("--hide-scrollbars");
    args.add("--window-size=" + width + "," + height);
    args.add(page.toUri().toString());
    run(Files.createTempFile(directory, "out", ".txt"), args.toArray(String[]::new));
  }

  private Path run(Path output, String... args) throws IOException, InterruptedException {
    Path log = Files.createTempFile(directory, "log", ".txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                binary.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--user-data-dir=" + Files.createTempDirectory(directory, "profile")));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(log.toFile())
            .start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the browser did not finish: " + Files.readString(log));
    }
    return log;
  }
}
