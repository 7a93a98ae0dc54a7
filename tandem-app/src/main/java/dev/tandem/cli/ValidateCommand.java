package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.config.Catalog;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.Resolution;
import dev.tandem.ingest.EngineLimits;
import dev.tandem.ingest.Finding;
import dev.tandem.ingest.Ingest;
import dev.tandem.train.ComponentCatalog;
import dev.tandem.train.Networks;
import dev.tandem.train.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks a configuration against its data. */
@Command(
    name = "validate",
    description = {
      "Checks a run configuration, its columns and its data before they are trained on.",
      "Everything that can be known by then, leaks among it. Fails when training would be misled."
    })
final class ValidateCommand implements Callable<Integer> {

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private CacheOption cache = new CacheOption();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ProgressLines progress = new ProgressLines(spec.commandLine().getErr());
    Catalog catalog = ComponentCatalog.all();
    LoadedRun loaded = run.read(catalog);
    Networks.of(loaded.config().model(), catalog);
    Ingest ingest = new Ingest(cache.directory(), EngineLimits.standard(), progress);
    Resolution resolution = TrainingRun.resolve(loaded.config(), ingest);
    Networks.check(loaded.config(), catalog, resolution.schema().tasks());
    List<Finding> findings = ingest.check(loaded.config().data(), resolution.schema());
    boolean misleading = findings.stream().anyMatch(f -> f.severity() == Finding.Severity.ERROR);
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(map(resolution, findings, !misleading)));
    } else {
      resolution.notes().forEach(note -> out.println("note: " + note));
      for (Finding finding : findings) {
        out.printf("%s: %s: %s%n", word(finding), finding.subject(), finding.message());
      }
      out.printf(
          "%s: %d features, %d tasks; %s%n",
          run.file(),
          resolution.schema().features().size(),
          resolution.schema().tasks().size(),
          misleading ? "training would be misled" : "nothing stands in the way of training");
    }
    return misleading ? ExitCode.BAD_DATA : ExitCode.OK;
  }

  private static String word(Finding finding) {
    return finding.severity().name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> map(
      Resolution resolution, List<Finding> findings, boolean valid) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("valid", valid);
    map.put("features", resolution.schema().features().size());
    map.put("tasks", resolution.schema().tasks().size());
    map.put("notes", resolution.notes());
    List<Map<String, String>> list = new ArrayList<>();
    findings.forEach(
        f -> {
          Map<String, String> one = new LinkedHashMap<>();
          one.put("severity", word(f));
          one.put("subject", f.subject());
          one.put("message", f.message());
          list.add(one);
        });
    map.put("findings", list);
    return map;
  }
}
