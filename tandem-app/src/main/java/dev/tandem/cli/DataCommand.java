package dev.tandem.cli;

import dev.tandem.source.DataSet;
import dev.tandem.source.ImportOptions;
import dev.tandem.source.ImportReport;
import dev.tandem.source.Recipe;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Public data sets: which Tandem knows, and how their files become Parquet. */
@Command(
    name = "data",
    description =
        "Lists known public data sets, imports their published files, makes further tasks.",
    subcommands = {DataCommand.Listing.class, DataCommand.Importing.class, SecondTaskCommand.class})
final class DataCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: list, import or second-task");
  }

  /** {@code tandem data list}. */
  @Command(
      name = "list",
      description = "Lists the known data sets: licence, origin, files, recipes.")
  static final class Listing implements Runnable {

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      PrintWriter to = spec.commandLine().getOut();
      if (json) {
        to.println(
            JsonText.of(Map.of("data_sets", DataSet.all().stream().map(Listing::fields).toList())));
        return;
      }
      for (DataSet data : DataSet.all()) {
        to.printf("%s%n  %s%n", data.name(), data.title());
        to.printf("  licence  %s%n  from     %s%n", data.licence(), data.origin());
        to.printf("  files    %s%n", String.join("%n           ".formatted(), data.files()));
        data.recipes().forEach(r -> to.printf("  recipe   %-9s %s%n", r.name(), r.text()));
        to.println();
      }
      to.println("Import with: tandem data import NAME --from DIR --out DIR");
    }

    private static Map<String, Object> fields(DataSet data) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("name", data.name());
      fields.put("title", data.title());
      fields.put("licence", data.licence());
      fields.put("origin", data.origin());
      fields.put("files", data.files());
      fields.put("recipes", data.recipes());
      return fields;
    }
  }

  /** {@code tandem data import}. */
  @Command(
      name = "import",
      description =
          "Turns a data set's published files into Parquet files and a run.yaml that trains on them.")
  static final class Importing implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "A name from 'tandem data list'.")
    private String name = "";

    @Option(names = "--from", required = true, description = "Directory with the published files.")
    private Path from = Path.of("");

    @Option(names = "--out", required = true, description = "Directory to write.")
    private Path out = Path.of("");

    @Option(
        names = "--recipe",
        defaultValue = "",
        description = "One of its recipes; the first by default.")
    private String recipe = "";

    @Option(names = "--strict", description = "Stop at the first malformed line.")
    private boolean strict;

    @Option(
        names = "--memory",
        defaultValue = "2048",
        description =
            "Megabytes for joins and sorts, which spill to disk beyond (default: ${DEFAULT-VALUE}).")
    private int memory;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      DataSet data =
          DataSet.all().stream()
              .filter(d -> d.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "Unknown data set '%s'; known are %s".formatted(name, names())));
      List<String> recipes = data.recipes().stream().map(Recipe::name).toList();
      if (!recipe.isEmpty() && !recipes.contains(recipe)) {
        throw new ParameterException(
            spec.commandLine(),
            "--recipe: %s has no recipe '%s'; there are %s".formatted(name, recipe, recipes));
      }
      if (memory < 64) {
        throw new ParameterException(
            spec.commandLine(), "--memory: found %d, allowed 64 or more".formatted(memory));
      }
      PrintWriter err = spec.commandLine().getErr();
      long[] next = {System.nanoTime() + 2_000_000_000L};
      ImportReport report =
          data.read(
              from,
              out,
              new ImportOptions(recipe, strict, memory),
              lines -> {
                if (System.nanoTime() >= next[0]) {
                  next[0] = System.nanoTime() + 2_000_000_000L;
                  err.printf("%s: %,d lines%n", name, lines);
                  err.flush();
                }
              });
      print(report);
      return ExitCode.OK;
    }

    private static List<String> names() {
      return DataSet.all().stream().map(DataSet::name).toList();
    }

    private void print(ImportReport report) {
      PrintWriter to = spec.commandLine().getOut();
      if (json) {
        to.println(JsonText.of(report));
        return;
      }
      report.rows().forEach((part, n) -> to.printf("%-11s %,15d rows%n", part, n));
      to.printf(
          "%,d malformed lines%s, %.1f s%n",
          report.malformed(),
          report.malformed() > 0 ? " set aside in " + out.resolve("rejects.tsv") : "",
          report.seconds());
      report.counts().forEach((what, n) -> to.printf("%,d %s%n", n, what));
      List<String> empty =
          report.rows().entrySet().stream()
              .filter(part -> part.getValue() == 0)
              .map(Map.Entry::getKey)
              .toList();
      if (empty.isEmpty()) {
        to.printf("Train with: tandem train %s%n", out.resolve("run.yaml"));
      } else {
        to.printf(
            "No rows for %s, which training needs: import more rows, or with another --recipe (tandem data list)%n",
            String.join(" and ", empty));
      }
    }
  }
}
