package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.archive.ArchiveException;
import dev.tandem.config.ConfigException;
import dev.tandem.feature.DataException;
import dev.tandem.schema.SchemaException;
import dev.tandem.train.DivergedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsItsVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString())
        .startsWith("tandem 0.")
        .contains("Java " + Runtime.version().feature());
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void helpNamesEveryExitCode() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("Usage: tandem")
        .containsSubsequence("Exit codes:", "0", "1", "2", "3", "4");
  }

  @Test
  void everyCommandIsDescribedByAWholeSentence() {
    new CommandLine(new TandemCommand())
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(command.getCommandSpec().usageMessage().description()[0])
                    .as(name)
                    .endsWith("."));
  }

  @Test
  void withoutACommandItIsWrongUsage() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Missing command").contains("Try 'tandem --help'");
  }

  @Test
  void aMistypedCommandIsWrongUsageAndNamesTheNearest() {
    assertThat(run("helpp")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("'helpp'").contains("Did you mean").contains("help");
    assertThat(out.toString()).isEmpty();
  }

  static Stream<Arguments> foreseen() {
    return Stream.of(
        Arguments.of(new ConfigException("why"), ExitCode.USAGE, "why"),
        Arguments.of(new SchemaException("why"), ExitCode.USAGE, "why"),
        Arguments.of(new DataException("why"), ExitCode.BAD_DATA, "why"),
        Arguments.of(
            new ArchiveException(ArchiveException.Kind.CORRUPT, "why"), ExitCode.BAD_DATA, "why"),
        Arguments.of(
            new ArchiveException(ArchiveException.Kind.IN_USE, "why"), ExitCode.FAILED, "why"),
        Arguments.of(new DivergedException("why"), ExitCode.DIVERGED, "why"),
        Arguments.of(
            new NoSuchFileException("a.csv"), ExitCode.FAILED, "no such file or directory: a.csv"),
        Arguments.of(
            new UncheckedIOException(new AccessDeniedException("a.csv")),
            ExitCode.FAILED,
            "permission denied: a.csv"),
        Arguments.of(
            new IOException("No space left on device"),
            ExitCode.FAILED,
            "input/output failure: No space left on device"));
  }

  @ParameterizedTest
  @MethodSource("foreseen")
  void aForeseenFailureIsOneLineAndItsExitCode(Exception failure, int code, String message) {
    assertThat(runFailing(failure, "fail")).isEqualTo(code);
    assertThat(err.toString().lines()).containsExactly("tandem: " + message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void debugAddsTheStack() {
    assertThat(runFailing(new DataException("why"), "fail", "--debug"))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString()).startsWith("tandem: why").contains("\tat dev.tandem.cli.MainTest");
  }

  @Test
  void anUnforeseenFailureIsCalledABug() {
    assertThat(runFailing(new IllegalStateException("odd"), "fail")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("internal error: java.lang.IllegalStateException: odd")
        .contains("This is a bug in tandem 0.")
        .contains("--debug")
        .doesNotContain("\tat ");
  }

  @Test
  void runningOutOfMemorySaysHowToGiveMore() {
    assertThat(runFailing(new OutOfMemoryError("Java heap space"), "fail"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("out of memory").contains("TANDEM_OPTS=-Xmx");
  }

  private int run(String... args) {
    return run(new CommandLine(new TandemCommand()), args);
  }

  private int runFailing(Throwable failure, String... args) {
    CommandLine line = new CommandLine(new TandemCommand());
    line.addSubcommand("fail", new Failing(failure));
    return run(line, args);
  }

  private int run(CommandLine line, String... args) {
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return Main.run(line, args);
  }

  @Command
  private record Failing(Throwable failure) implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }
}
