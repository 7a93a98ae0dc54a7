package dev.tandem.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Names the page that a command has drawn, and shows it on request: use as a mixin. */
final class PageOption {
  @Option(
      names = "--open",
      description = "Also show the page in the browser, where there is a desktop.")
  private boolean open;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** How the last line of a command names its page. */
  static String line(String what, Path page) {
    return what + ", one page for a browser: " + page.toAbsolutePath().normalize();
  }

  /** Names the page on standard output, and shows it if that was asked for. */
  void name(String what, Path page) {
    spec.commandLine().getOut().println(line(what, page));
    spec.commandLine().getOut().flush();
    show(page);
  }

  /** Shows the page if that was asked for; where that cannot be, says so and goes on. */
  void show(Path page) {
    if (open) {
      Optional<List<String>> opener = opener(System.getProperty("os.name"), System.getenv());
      if (opener.isEmpty()) {
        unseen("this machine has no desktop", page);
      } else {
        start(opener.get(), page);
      }
    }
  }

  private void start(List<String> opener, Path page) {
    List<String> command = new ArrayList<>(opener);
    command.add(page.toAbsolutePath().normalize().toUri().toString());
    try {
      new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      unseen(e.toString(), page);
    }
  }

  private void unseen(String why, Path page) {
    new ProgressLines(spec.commandLine().getErr())
        .say("open: %s; take the page to a browser yourself: %s", why, page);
  }

  /**
   * What shows a page on a system; nothing where it has no desktop.
   *
   * @param system as {@code os.name} calls it
   * @param environment its variables
   */
  static Optional<List<String>> opener(String system, Map<String, String> environment) {
    if (system.startsWith("Mac")) {
      return Optional.of(List.of("open"));
    }
    if (system.startsWith("Windows")) {
      return Optional.of(List.of("rundll32", "url.dll,FileProtocolHandler"));
    }
    boolean desktop =
        environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
    return desktop ? Optional.of(List.of("xdg-open")) : Optional.empty();
  }
}
