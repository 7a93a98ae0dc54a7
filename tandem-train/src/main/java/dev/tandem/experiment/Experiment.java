package dev.tandem.experiment;

import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.ConfigException;
import dev.tandem.config.ConfigNode;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.RunReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An experiment as it was read: models × seeds × data over one base.
 *
 * @param file where it was read from
 * @param name what it is called
 * @param config as it was written
 * @param models in the order of the table
 * @param data at least one
 */
public record Experiment(
    Path file, String name, ExperimentConfig config, List<Variant> models, List<Variant> data) {
  public Experiment {
    models = List.copyOf(models);
    data = List.copyOf(data);
  }

  /**
   * Reads an experiment.
   *
   * @throws ConfigException when it cannot be read, names no model, or speaks of one that there is
   *     not
   */
  public static Experiment read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + e.getMessage(), e);
    }
    ExperimentConfig config =
        Canonical.read(text, file.toString(), ExperimentConfig.class, Catalog.empty());
    List<Variant> models = new ArrayList<>();
    config.models().forEach((name, node) -> models.add(model(name, node)));
    config.grid().forEach(axes -> models.addAll(product(axes)));
    List<Variant> data = new ArrayList<>();
    config.data().forEach((name, node) -> data.add(variant(name, node, Experiment::ofData)));
    String name = config.name().orElse(stem(file));
    if (data.isEmpty()) {
      data.add(Variant.none(name));
    }
    Experiment experiment = new Experiment(file, name, config, models, data);
    experiment.check();
    return experiment;
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static Variant model(String name, ConfigNode node) {
    return variant(name, node, key -> key.matches("(model|train)(\\..*)?"));
  }

  private static boolean ofData(String key) {
    return !key.equals("alone");
  }

  private static Variant variant(String name, ConfigNode node, Predicate<String> allowed) {
    if (node instanceof ConfigNode.Scalar scalar && scalar.isNull()) {
      return Variant.none(name);
    } else if (!(node instanceof ConfigNode.Mapping)) {
      throw new ConfigException(
          node.place() + ": expected paths and values, as in {model.body: mmoe}");
    }
    boolean alone = false;
    Optional<String> base = Optional.empty();
    List<String> settings = new ArrayList<>();
    for (Map.Entry<String, ConfigNode> entry : ((ConfigNode.Mapping) node).entries().entrySet()) {
      String key = entry.getKey();
      String value = FlowYaml.of(entry.getValue());
      if (!allowed.test(key) && !key.equals("alone")) {
        throw new ConfigException(
            entry.getValue().place()
                + ": unknown key; a model of an experiment is told by alone and by paths below model"
                + " and train, a data set by base and any paths");
      } else if (key.equals("alone")) {
        if (!value.equals("true") && !value.equals("false")) {
          throw new ConfigException(entry.getValue().place() + ": expected true or false");
        }
        alone = value.equals("true");
      } else if (key.equals("base")) {
        base = Optional.of(path(entry.getValue()));
      } else {
        settings.add(key + "=" + value);
      }
    }
    return new Variant(name, alone, base, settings);
  }

  /** One model per choice of a value on every axis, the last axis turning fastest. */
  private static List<Variant> product(Map<String, Map<String, ConfigNode>> axes) {
    List<Variant> product = List.of(Variant.none(""));
    for (Map<String, ConfigNode> axis : axes.values()) {
      List<Variant> wider = new ArrayList<>();
      for (Variant so : product) {
        axis.forEach((name, node) -> wider.add(so.with(model(name, node))));
      }
      product = wider;
    }
    return product;
  }

  private void check() {
    Set<String> names = new LinkedHashSet<>();
    for (Variant model : models) {
      if (!names.add(model.name())) {
        throw new ConfigException(file + ": two models are called " + model.name());
      }
    }
    if (models.isEmpty()) {
      throw new ConfigException(
          file + " (models): there is no model; give at least one, as in mmoe: {model.body: mmoe}");
    }
    Map<String, String> named = new LinkedHashMap<>();
    config.baseline().ifPresent(model -> named.put("baseline", model));
    config.single().ifPresent(model -> named.put("single", model));
    named.forEach(
        (key, model) -> {
          if (!names.contains(model)) {
            throw new ConfigException(
                file
                    + " ("
                    + key
                    + "): there is no model "
                    + model
                    + "; models: "
                    + String.join(", ", names));
          }
        });
  }

  /** The model that the others are tested against. */
  public String baseline() {
    return config.baseline().orElse(models.get(0).name());
  }

  /** The configuration of one run. */
  LoadedRun run(RunReader reader, Variant dataSet, Variant model, long seed) {
    List<String> settings = new ArrayList<>(dataSet.with(model).settings());
    settings.add("train.seed=" + seed);
    try {
      LoadedRun run = read(reader, dataSet, settings);
      boolean watchesOne =
          run.config().train().earlyStopping().filter(e -> e.task().isPresent()).isPresent();
      if (model.alone() && watchesOne) {
        settings.add("train.early_stopping.task=null");
        return read(reader, dataSet, settings);
      }
      return run;
    } catch (ConfigException e) {
      throw new ConfigException(
          file + ": model " + model.name() + " on " + dataSet.name() + ":\n" + e.getMessage(), e);
    }
  }

  private LoadedRun read(RunReader reader, Variant dataSet, List<String> settings) {
    if (dataSet.base().isPresent()) {
      return reader.read(file.resolveSibling(dataSet.base().get()), settings);
    }
    ConfigNode base =
        config
            .base()
            .orElseThrow(
                () ->
                    new ConfigException(
                        "there is no base, neither the data set's nor a common one"));
    return base instanceof ConfigNode.Scalar
        ? reader.read(file.resolveSibling(path(base)), settings)
        : reader.read(FlowYaml.of(base), file + " (base)", settings);
  }

  private static String path(ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar && !scalar.isNull()) {
      return scalar.text();
    }
    throw new ConfigException(node.place() + ": expected the path of a run configuration");
  }
}
