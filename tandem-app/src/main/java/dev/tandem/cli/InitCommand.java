package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.DataConfig;
import dev.tandem.config.Proposal;
import dev.tandem.ingest.EngineLimits;
import dev.tandem.ingest.Ingest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Proposes a run configuration from a look at files. */
@Command(
    name = "init",
    description = {
      "Looks at data files and proposes a run configuration, with comments that say why.",
      "As in: tandem init log/*.parquet --labels click,long_view > run.yaml"
    })
final class InitCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Parquet, CSV or JSON lines; files or globs of one table.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--labels",
      required = true,
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns to predict, separated by commas.")
  private List<String> labels = new ArrayList<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    String train = new ObjectMapper().writeValueAsString(files);
    DataConfig data =
        Canonical.read("train: {files: " + train + "}", "init", DataConfig.class, Catalog.empty());
    try (TemporaryDirectory temporary = new TemporaryDirectory()) {
      Ingest ingest =
          new Ingest(
              temporary.path(),
              EngineLimits.standard(),
              new ProgressLines(spec.commandLine().getErr()));
      List<String> absolute =
          files.stream().map(f -> Path.of(f).toAbsolutePath().normalize().toString()).toList();
      spec.commandLine().getOut().print(Proposal.yaml(absolute, ingest.profile(data), labels));
    }
    return ExitCode.OK;
  }
}
