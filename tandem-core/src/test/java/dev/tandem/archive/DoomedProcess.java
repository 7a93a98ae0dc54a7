package dev.tandem.archive;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real JVM that writes and reports numbers until it is killed. */
final class DoomedProcess {
  private DoomedProcess() {}

  /**
   * Starts {@code main}, waits for its first number, kills it (SIGKILL) so many microseconds later,
   * and gives back the last number that it told.
   */
  static int lastWordsOf(Class<?> main, long microseconds, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out = process.inputReader()) {
      int last = Integer.parseInt(String.valueOf(out.readLine()));
      TimeUnit.MICROSECONDS.sleep(microseconds);
      process.toHandle().destroyForcibly(); // Process.destroyForcibly would close its output
      process.waitFor();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = Integer.parseInt(line);
      }
      return last;
    }
  }
}
