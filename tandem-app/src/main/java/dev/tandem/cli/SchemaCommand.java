package dev.tandem.cli;

import dev.tandem.config.JsonSchema;
import dev.tandem.train.ComponentCatalog;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the JSON Schema of run configurations. */
@Command(
    name = "schema",
    description = {
      "Prints a JSON Schema of run configurations, for editors that complete and check YAML.",
      "Save it and begin run.yaml with: # yaml-language-server: $$schema=tandem.schema.json"
    })
final class SchemaCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(JsonSchema.ofRuns(ComponentCatalog.all()));
    return ExitCode.OK;
  }
}
