package dev.tandem.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;

/** The entry of the {@code tandem} command. */
public final class Main {

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Numbers in reports and files have one form wherever they are written.
    Locale.setDefault(Locale.ROOT);
    System.exit(run(new CommandLine(new TandemCommand()), args));
  }

  /** Runs {@code line} with {@code args}; every failure ends as a message and an exit code. */
  static int run(CommandLine line, String... args) {
    Failures failures = new Failures();
    line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(failures::explainUsage)
        .setExecutionExceptionHandler(failures::explain);
    try {
      return line.execute(args);
    } catch (Error e) {
      // picocli hands on exceptions only: running out of memory arrives here.
      return failures.explain(e, line);
    } finally {
      PrintWriter out = line.getOut();
      out.flush();
      line.getErr().flush();
    }
  }
}
