package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.config.Catalog;
import dev.tandem.config.Nearest;
import dev.tandem.config.Reference;
import dev.tandem.train.ComponentCatalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
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

/** Lists what a configuration may name. */
@Command(
    name = "models",
    description = {
      "Lists every bottom, body, head, interaction and balance with its options.",
      "With a NAME the options within settings too, such as tim.condition of dtrn."
    })
final class ModelsCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Only these, by name (ple) or kind (body).")
  private List<String> names = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Catalog catalog = ComponentCatalog.all();
    Map<String, Map<String, Class<? extends Record>>> wanted = wanted(catalog);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      wanted.forEach(
          (kind, members) -> {
            Map<String, Object> described = new LinkedHashMap<>();
            members.forEach((name, type) -> described.put(name, described(type, catalog)));
            all.put(kind, described);
          });
      out.println(new ObjectMapper().writeValueAsString(all));
      return ExitCode.OK;
    }
    wanted.forEach(
        (kind, members) -> {
          out.printf("%s%n", title(kind));
          members.forEach((name, type) -> print(name, type, catalog, out));
          out.println();
        });
    return ExitCode.OK;
  }

  private Map<String, Map<String, Class<? extends Record>>> wanted(Catalog catalog) {
    Map<String, Map<String, Class<? extends Record>>> wanted = new LinkedHashMap<>();
    List<String> known = new ArrayList<>();
    List<String> unknown = new ArrayList<>(names);
    for (String kind : catalog.kinds().keySet()) {
      known.add(kind);
      catalog
          .types(kind)
          .forEach(
              (name, type) -> {
                known.add(name);
                if (names.isEmpty() || names.contains(kind) || names.contains(name)) {
                  wanted.computeIfAbsent(kind, k -> new LinkedHashMap<>()).put(name, type);
                }
              });
    }
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "no model or kind is named "
              + String.join(", ", unknown)
              + Nearest.hint(unknown.get(0), known)
              + "; there are "
              + String.join(", ", known));
    }
    return wanted;
  }

  private static String title(String kind) {
    return switch (kind) {
      case "bottom" -> "bottom: what each task sees of the input";
      case "body" -> "body: how the tasks share experts";
      case "head" -> "head: how the tasks' outputs relate";
      case "interaction" -> "interaction: a network over the features, as an expert or a bottom";
      case "balance" -> "balance: how the tasks' losses become one step";
      default -> kind;
    };
  }

  private void print(String name, Class<? extends Record> type, Catalog catalog, PrintWriter out) {
    out.printf("  %s%s%n", name, Reference.doc(type).isEmpty() ? "" : ": " + Reference.doc(type));
    print("", Reference.options(type, catalog), names.contains(name), out);
  }

  private static void print(
      String within, List<Reference.Option> options, boolean settings, PrintWriter out) {
    for (Reference.Option option : options) {
      String key = within + option.key();
      out.printf(
          "      %s = %s   %s%n",
          key,
          option.byDefault().orElse(option.required() ? "(required)" : "(none)"),
          option.doc().isEmpty()
              ? option.takes()
              : option.doc() + " Takes " + option.takes() + ".");
      if (settings) {
        print(key + ".", option.settings(), true, out);
      }
    }
  }

  private static Map<String, Object> described(Class<? extends Record> type, Catalog catalog) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("doc", Reference.doc(type));
    described.put("options", described(Reference.options(type, catalog)));
    return described;
  }

  private static Map<String, Object> described(List<Reference.Option> known) {
    Map<String, Object> options = new LinkedHashMap<>();
    for (Reference.Option option : known) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("takes", option.takes());
      option.byDefault().ifPresent(d -> one.put("default", d));
      one.put("required", option.required());
      one.put("doc", option.doc());
      if (!option.settings().isEmpty()) {
        one.put("settings", described(option.settings()));
      }
      options.put(option.key(), one);
    }
    return options;
  }
}
