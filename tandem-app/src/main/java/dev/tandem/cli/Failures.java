package dev.tandem.cli;

import dev.tandem.archive.ArchiveException;
import dev.tandem.archive.Build;
import dev.tandem.config.ConfigException;
import dev.tandem.feature.DataException;
import dev.tandem.schema.SchemaException;
import dev.tandem.schema.TandemException;
import dev.tandem.train.DivergedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place that turns failures into a message for a person and an exit code for the shell. */
final class Failures {

  /** Explains a command line that cannot be parsed. */
  int explainUsage(ParameterException failure, String... args) {
    CommandLine line = failure.getCommandLine();
    PrintWriter err = line.getErr();
    say(line, String.valueOf(failure.getMessage()));
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.printf("Try '%s --help'.%n", line.getCommandSpec().qualifiedName());
    stack(failure, line);
    return ExitCode.USAGE;
  }

  /** Explains an exception that a command ended with. */
  int explain(Exception failure, CommandLine line, ParseResult parsed) {
    return explain(failure, line);
  }

  /** Explains any failure. */
  int explain(Throwable failure, CommandLine line) {
    if (failure instanceof TandemException known) {
      say(line, String.valueOf(known.getMessage()));
    } else if (failure instanceof UncheckedIOException io) {
      say(line, reason(Objects.requireNonNullElse(io.getCause(), new IOException(io))));
    } else if (failure instanceof IOException io) {
      say(line, reason(io));
    } else if (failure instanceof OutOfMemoryError) {
      say(
          line,
          "out of memory with a heap of %d MB; give more with TANDEM_OPTS=-Xmx…, or ask for less"
              .formatted(Runtime.getRuntime().maxMemory() >> 20));
    } else {
      sayBug(failure, line);
    }
    stack(failure, line);
    return code(failure);
  }

  private static int code(Throwable failure) {
    if (failure instanceof ConfigException || failure instanceof SchemaException) {
      return ExitCode.USAGE;
    }
    if (failure instanceof DataException) {
      return ExitCode.BAD_DATA;
    }
    if (failure instanceof ArchiveException archive) {
      return switch (archive.kind()) {
        case NOT_AN_ARCHIVE, TOO_OLD, TOO_NEW, CORRUPT -> ExitCode.BAD_DATA;
        case IN_USE, NOT_WRITTEN, NOT_READ -> ExitCode.FAILED;
      };
    }
    return failure instanceof DivergedException ? ExitCode.DIVERGED : ExitCode.FAILED;
  }

  /** The messages of file failures are often a bare path; this says what became of it. */
  private static String reason(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory: " + message;
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied: " + message;
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "already exists: " + message;
    }
    if (failure instanceof FileSystemException || failure instanceof FileNotFoundException) {
      return message;
    }
    return "input/output failure: " + message;
  }

  private static void sayBug(Throwable failure, CommandLine line) {
    Build build = Build.current();
    say(line, "internal error: " + failure);
    line.getErr()
        .printf(
            "This is a bug in tandem %s (%s).%s%n",
            build.version(),
            build.revision(),
            debug(line) ? "" : " Run again with --debug to see where, and report it with that.");
  }

  private static void say(CommandLine line, String message) {
    line.getErr().println("tandem: " + message);
  }

  private static void stack(Throwable failure, CommandLine line) {
    if (debug(line)) {
      failure.printStackTrace(line.getErr());
    }
  }

  private static boolean debug(CommandLine line) {
    CommandLine root = line;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Object command = root.getCommand();
    return (command instanceof TandemCommand tandem && tandem.debug())
        || "1".equals(System.getenv("TANDEM_DEBUG"));
  }
}
