package dev.tandem.cli;

import dev.tandem.archive.Build;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command; each subcommand is a class of this package, listed here. */
@Command(
    name = "tandem",
    description = "Trains, compares and serves multi-task recommendation models.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = TandemCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong usage or run configuration",
      "3:bad data or model archive",
      "4:training diverged"
    },
    subcommands = {
      DemoCommand.class,
      SimulateCommand.class,
      DataCommand.class,
      InitCommand.class,
      ValidateCommand.class,
      PlanCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ExperimentCommand.class,
      InspectCommand.class,
      ReportCommand.class,
      CompareCommand.class,
      FigureCommand.class,
      ModelsCommand.class,
      ExportCommand.class,
      SchemaCommand.class,
      HelpCommand.class
    })
final class TandemCommand implements Runnable {

  @Option(
      names = "--debug",
      description = "Show stack traces with errors (as TANDEM_DEBUG=1 does).",
      scope = ScopeType.INHERIT)
  private boolean debug;

  @Spec private CommandSpec spec;

  /** Whether errors are wanted with their stack traces. */
  boolean debug() {
    return debug;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** The version and revision that {@code --version} prints. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      Build build = Build.current();
      return new String[] {
        "tandem %s (%s), Java %s"
            .formatted(build.version(), build.revision(), System.getProperty("java.version"))
      };
    }
  }
}
