package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.Reference;
import dev.tandem.schema.TandemException;
import dev.tandem.train.ComponentCatalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class RunOptionsTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Command(name = "read")
  static final class Read implements Callable<Integer> {
    @Mixin private RunOptions options = new RunOptions();
    private String seen = "";

    @Override
    public Integer call() {
      seen = options.read(Catalog.empty()).config().toString();
      return ExitCode.OK;
    }
  }

  private int run(Object command, String... args) {
    CommandLine line = new CommandLine(command);
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return Main.run(line, args);
  }

  @Test
  void overridesAndTheDataDirectoryReachTheConfiguration(@TempDir Path place) throws IOException {
    Path file = place.resolve("run.yaml");
    Files.writeString(file, "data: {train: \"${data}/a.csv\"}\nfeatures: {ids: a}\ntasks: [b]\n");
    Read read = new Read();

    int code =
        run(
            read,
            file.toString(),
            "--set",
            "train.seed=7",
            "--set",
            "train.batch=9",
            "--data",
            place.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(read.seen).contains("seed=7").contains("batch=9").contains(place + "/a.csv");
  }

  @Test
  void aMisspeltKeyIsWrongUsageAndNamesTheNearest(@TempDir Path place) throws IOException {
    Path file = place.resolve("run.yaml");
    Files.writeString(file, "data: {train: a.csv}\nfeatures: {ids: a}\ntasks: [b]\ntrian: {}\n");

    assertThat(run(new Read(), file.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("run.yaml:4 (trian): unknown key; nearest: train; allowed: data,");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void theSchemaCommandPrintsOneJsonObject() throws IOException {
    assertThat(run(new TandemCommand(), "schema")).isZero();
    assertThat(
            new ObjectMapper()
                .readTree(out.toString())
                .at("/$defs/train_config/properties/seed/default")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void everyModelCanBeNamedWithItsDefaults() {
    Catalog catalog = ComponentCatalog.all();
    List<String> failing = new ArrayList<>();
    catalog
        .kinds()
        .forEach(
            (kind, members) ->
                members
                    .types()
                    .forEach(
                        (name, type) -> {
                          boolean needsOptions =
                              Reference.options(type, catalog).stream()
                                  .anyMatch(Reference.Option::required);
                          try {
                            Canonical.json(Canonical.read("{}", name, type, catalog), catalog);
                          } catch (TandemException e) {
                            if (!needsOptions) {
                              failing.add(kind + ": " + e.getMessage());
                            }
                          }
                        }));

    assertThat(catalog.types("body")).containsKey("ple");
    assertThat(catalog.types("bottom")).containsKey("shared_embedding");
    assertThat(catalog.types("head")).containsKey("independent");
    assertThat(failing).isEmpty();
  }
}
