package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.calibration.Calibration;
import dev.tandem.calibration.Calibrator;
import dev.tandem.calibration.Isotonic;
import dev.tandem.calibration.NegativeSampling;
import dev.tandem.calibration.Platt;
import dev.tandem.feature.LongVocabulary;
import dev.tandem.feature.Moments;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Vocabulary;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.schema.CrossFeature;
import dev.tandem.schema.DenseFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.MultiIdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How raw rows become a network's inputs, as JSON: see {@code docs/scoring.md}. */
final class PreprocessingText {
  private final Preprocessor preprocessor;
  private final Graph graph;
  private final Calibration calibration;
  private final ObjectNode root;
  private final ArrayNode fields;
  private final ArrayNode numbers;
  private final ArrayNode sequences;
  private final ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * The preprocessing of a network.
   *
   * @param graph its scoring graph
   * @param calibration what corrects its probabilities
   */
  PreprocessingText(Preprocessor preprocessor, Graph graph, Calibration calibration) {
    this.preprocessor = preprocessor;
    this.graph = graph;
    this.calibration = calibration;
    this.root = mapper.createObjectNode();
    root.put("format", "tandem-preprocessing").put("version", 1);
    this.fields = mapper.createArrayNode();
    this.numbers = mapper.createArrayNode();
    this.sequences = mapper.createArrayNode();
  }

  /**
   * The file's bytes.
   *
   * @param tables name of the file with the embedding tables
   */
  byte[] bytes(String tables) throws IOException {
    root.put("tables", tables);
    ArrayNode inputs = root.putArray("inputs");
    graph.inputs().stream().map(Input::name).forEach(inputs::add);
    preprocessor.schema().features().forEach(this::add);
    root.set("fields", fields);
    root.set("numbers", numbers);
    root.set("sequences", sequences);
    ObjectNode vocabularies = root.putObject("vocabularies");
    for (Map.Entry<String, Vocabulary> e : preprocessor.fitted().vocabularies().entrySet()) {
      ObjectNode node = vocabularies.putObject(e.getKey()).put("type", type(e.getValue()));
      ArrayNode values = node.putArray("values");
      for (int id = 1; id <= e.getValue().size(); id++) {
        values.add(e.getValue().text(id));
      }
    }
    outputs(root.putArray("outputs"));
    return (mapper.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String type(Vocabulary vocabulary) {
    return vocabulary instanceof LongVocabulary longs
        ? longs.meaning().name().toLowerCase(Locale.ROOT)
        : "text";
  }

  private void add(Feature feature) {
    if (feature instanceof IdFeature id) {
      table(fields.addObject().put("kind", "id").put("column", id.column()), id.table());
    } else if (feature instanceof MultiIdFeature multi) {
      add(multi);
    } else if (feature instanceof CrossFeature cross) {
      ObjectNode node = table(fields.addObject().put("kind", "cross"), cross.table());
      cross.columns().forEach(node.putArray("columns")::add);
      cross.hashBuckets().ifPresent(buckets -> node.put("hash_buckets", buckets));
    } else if (feature instanceof NumericFeature number) {
      number.encodings().forEach(encoding -> add(number, encoding));
    } else if (feature instanceof DenseFeature dense) {
      add(dense);
    } else if (feature instanceof SequenceFeature sequence) {
      add(sequence);
    }
  }

  private static ObjectNode table(ObjectNode node, Table table) {
    return node.put("table", table.name()).put("dim", table.dim());
  }

  private static void separator(ObjectNode node, Optional<String> separator) {
    separator.ifPresent(s -> node.put("separator", s));
  }

  private void add(MultiIdFeature multi) {
    ObjectNode node = fields.addObject().put("kind", "ids").put("column", multi.column());
    table(node, multi.table()).put("pooling", multi.pooling().name().toLowerCase(Locale.ROOT));
    separator(node, multi.separator());
    multi.weightSeparator().ifPresent(s -> node.put("weight_separator", s));
    node.put("max", multi.max());
  }

  private void add(NumericFeature number, NumericEncoding encoding) {
    String slot = number.slot(encoding);
    ObjectNode node =
        (encoding.table().isPresent() ? fields : numbers)
            .addObject()
            .put("column", number.column());
    encoding.table().ifPresent(table -> table(node, table));
    Moments fitted = preprocessor.fitted().moments().getOrDefault(slot, Moments.IDENTITY);
    if (encoding instanceof NumericEncoding.Standardise standardise) {
      moments(node.put("kind", "standardise").put("clip", standardise.clip()), fitted);
    } else if (encoding instanceof NumericEncoding.Log log) {
      moments(node.put("kind", "log").put("clip", log.clip()), fitted);
    } else if (encoding instanceof NumericEncoding.Scaled) {
      moments(node.put("kind", "scaled"), fitted);
    } else if (encoding instanceof NumericEncoding.QuantileBuckets) {
      edges(node.put("kind", "buckets"), slot);
    } else if (encoding instanceof NumericEncoding.Log2Buckets) {
      node.put("kind", "log2_buckets");
    }
  }

  private void edges(ObjectNode node, String slot) {
    ArrayNode edges = node.putArray("edges");
    preprocessor.fitted().edges().getOrDefault(slot, List.of()).forEach(edges::add);
  }

  private static ObjectNode moments(ObjectNode node, Moments moments) {
    return node.put("mean", moments.mean()).put("sd", moments.sd());
  }

  private void add(DenseFeature dense) {
    for (int i = 0; i < dense.size(); i++) {
      ObjectNode node = numbers.addObject().put("kind", "element").put("column", dense.column());
      separator(node, dense.separator());
      node.put("index", i).put("size", dense.size());
      Moments fitted =
          preprocessor.fitted().moments().getOrDefault(dense.slot(i), Moments.IDENTITY);
      moments(node, dense.standardise() ? fitted : Moments.IDENTITY);
    }
  }

  private void add(SequenceFeature sequence) {
    ObjectNode node = sequences.addObject().put("name", sequence.name());
    node.put("max", sequence.max()).put("order", sequence.order().name().toLowerCase(Locale.ROOT));
    separator(node, sequence.separator());
    ArrayNode steps = node.putArray("steps");
    for (SequenceFeature.Step step : sequence.steps()) {
      table(steps.addObject().put("column", sequence.rowColumn(step.column())), step.table());
    }
    sequence
        .gap()
        .ifPresent(
            gap -> {
              ObjectNode age = node.putObject("age");
              age.put("column", sequence.rowColumn(gap.column())).put("now", gap.now());
              edges(table(age, gap.table()), gap.table().name());
            });
  }

  private void outputs(ArrayNode outputs) {
    Map<String, Task> tasks = new HashMap<>();
    preprocessor.tasks().forEach(t -> tasks.put(t.name(), t));
    for (String output : graph.outputs().keySet()) {
      String name = output.substring("prediction.".length());
      ObjectNode node = outputs.addObject().put("output", output).put("name", name);
      Task task = tasks.get(name);
      if (task != null && task.kind() == TaskKind.REGRESSION) {
        moments(node, preprocessor.labelMoments(name));
      } else if (task != null && task.kind() == TaskKind.MULTICLASS) {
        preprocessor.classes(name).forEach(node.putArray("classes")::add);
      }
      calibration.of(name).ifPresent(c -> calibrator(node.putObject("calibration"), c));
      Optional.ofNullable(calibration.products().get(name))
          .ifPresent(
              joint ->
                  joint
                      .of()
                      .forEach(
                          node.putObject("calibration").put("type", "product").putArray("of")
                              ::add));
    }
  }

  private static void calibrator(ObjectNode node, Calibrator calibrator) {
    if (calibrator instanceof Isotonic isotonic) {
      node.put("type", "isotonic");
      isotonic.x().forEach(node.putArray("x")::add);
      isotonic.y().forEach(node.putArray("y")::add);
    } else if (calibrator instanceof Platt platt) {
      node.put("type", "platt").put("slope", platt.slope()).put("intercept", platt.intercept());
    } else if (calibrator instanceof NegativeSampling sampling) {
      node.put("type", "negative_sampling").put("rate", sampling.rate());
    }
  }
}
