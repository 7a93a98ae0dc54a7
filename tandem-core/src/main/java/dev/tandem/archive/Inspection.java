package dev.tandem.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.schema.Feature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an archive tells of itself, without data and without running the model.
 *
 * @param path where it lies
 * @param version version of its format
 * @param origin where it comes from
 * @param schema columns, features and tasks
 * @param parameters the model's parameters, in stored order
 * @param tables the embedding tables, in stored order
 * @param metrics part of the data ({@code validation}, {@code test}) → the evaluation stored for
 *     it, as JSON: {@code rows} and {@code tasks}
 * @param parts what is in it
 */
public record Inspection(
    Path path,
    int version,
    Origin origin,
    Schema schema,
    List<TensorSpec> parameters,
    List<TensorSpec> tables,
    Map<String, Object> metrics,
    List<Archive.PartInfo> parts) {
  public Inspection {
    parameters = List.copyOf(parameters);
    tables = List.copyOf(tables);
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    parts = List.copyOf(parts);
  }

  /**
   * Reads an open archive.
   *
   * @param schema what its part {@link Part#SCHEMA} holds
   * @throws ArchiveException CORRUPT if its metrics are no JSON object
   */
  public static Inspection of(Archive archive, Schema schema) {
    return new Inspection(
        archive.path(),
        archive.version(),
        archive.origin(),
        schema,
        specs(archive, Part.WEIGHTS),
        archive.has(Part.TABLES) ? specs(archive, Part.TABLES) : List.of(),
        metrics(archive),
        archive.parts());
  }

  /** Numbers that training has set, outside the embedding tables. */
  public long parameterCount() {
    return parameters.stream().mapToLong(TensorSpec::elements).sum();
  }

  /** Numbers in the embedding tables. */
  public long tableCount() {
    return tables.stream().mapToLong(TensorSpec::elements).sum();
  }

  /** Size of all parts in bytes. */
  public long bytes() {
    return parts.stream().mapToLong(Archive.PartInfo::size).sum();
  }

  /**
   * The metrics of one part of the data: task → metric → value; what is not a plain number is left
   * out.
   */
  public Map<String, Map<String, Double>> taskMetrics(String part) {
    Map<String, Map<String, Double>> tasks = new LinkedHashMap<>();
    if (metrics.get(part) instanceof Map<?, ?> evaluation
        && evaluation.get("tasks") instanceof Map<?, ?> byTask) {
      byTask.forEach((task, values) -> tasks.put(String.valueOf(task), numbers(values)));
    }
    return tasks;
  }

  /** Everything as JSON knows it. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("path", path.toString());
    map.put("format_version", version);
    map.put("bytes", bytes());
    Map<String, Object> from = new LinkedHashMap<>(origin.properties());
    from.put("seed", origin.seed());
    map.put("origin", from);
    map.put("tasks", schema.tasks().stream().map(Inspection::task).toList());
    map.put("features", schema.features().stream().map(Inspection::feature).toList());
    map.put("group", schema.group().orElse(""));
    map.put("weight", schema.weight().orElse(""));
    map.put("parameter_count", parameterCount());
    map.put("parameters", parameters.stream().map(Inspection::tensor).toList());
    map.put("table_parameter_count", tableCount());
    map.put("tables", tables.stream().map(Inspection::tensor).toList());
    map.put("metrics", metrics);
    map.put("parts", parts.stream().map(Inspection::part).toList());

    return map;
  }

  private static Map<String, Object> task(Task task) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", task.name());
    map.put("kind", task.kind().name().toLowerCase(Locale.ROOT));
    map.put("label", task.label());
    task.within().ifPresent(parent -> map.put("within", parent));
    map.put("outputs", task.outputs());
    map.put("weight", task.weight());
    return map;
  }

  private static Map<String, Object> feature(Feature feature) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", feature.name());
    map.put("kind", kind(feature));
    map.put("side", feature.side().name().toLowerCase(Locale.ROOT));
    map.put("columns", feature.columns());
    map.put("tables", feature.tables().stream().map(Table::name).toList());
    return map;
  }

  /** The feature's kind in words: its type without the word itself. */
  public static String kind(Feature feature) {
    return feature
        .getClass()
        .getSimpleName()
        .replaceFirst("Feature$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> tensor(TensorSpec tensor) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", tensor.name());
    map.put("shape", tensor.shape());
    map.put("count", tensor.elements());
    return map;
  }

  private static Map<String, Object> part(Archive.PartInfo part) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", part.name());
    map.put("file", part.file());
    map.put("size", part.size());
    map.put("sha256", part.sha256());
    return map;
  }

  private static List<TensorSpec> specs(Archive archive, String part) {
    try (SafetensorsFile file = archive.tensors(part)) {
      return file.tensors().stream().map(StoredTensor::spec).toList();
    }
  }

  private static Map<String, Object> metrics(Archive archive) {
    try {
      return new ObjectMapper()
          .readValue(
              archive.text(Part.METRICS), new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new ArchiveException(
          ArchiveException.Kind.CORRUPT,
          "The part "
              + Part.METRICS
              + " of "
              + archive.path()
              + " is not a JSON object: "
              + e.getOriginalMessage(),
          e);
    }
  }

  private static Map<String, Double> numbers(Object values) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    if (values instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            if (value instanceof Number number) {
              numbers.put(String.valueOf(name), number.doubleValue());
            }
          });
    }
    return numbers;
  }
}
