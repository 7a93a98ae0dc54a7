package dev.tandem.metric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every metric there is, by name. The metrics of this package are found by looking at its classes,
 * so that adding one is adding its file; other jars may offer theirs as a service of type {@link
 * Metric}. Immutable and thread-safe.
 */
public final class Metrics {
  private static final Metrics ALL = new Metrics(find());

  private final Map<String, Metric> byName;

  private Metrics(Collection<Metric> metrics) {
    Map<String, Metric> found = new TreeMap<>();
    for (Metric metric : metrics) {
      Metric before = found.put(metric.name(), metric);
      if (before != null) {
        throw new IllegalStateException(
            "two metrics are called '"
                + metric.name()
                + "': "
                + before.getClass().getName()
                + " and "
                + metric.getClass().getName());
      }
    }
    byName = Collections.unmodifiableMap(found);
  }

  /** All metrics with their default options. */
  public static Metrics all() {
    return ALL;
  }

  /** The names, sorted. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * The metric of a name. {@code ndcg@5} and {@code ece@20} set the ranks and the bins.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public Metric get(String name) {
    Metric metric = byName.get(name);
    if (metric != null) {
      return metric;
    }
    int at = name.indexOf('@');
    if (at > 0 && name.substring(at + 1).matches("[1-9][0-9]{0,5}")) {
      int number = Integer.parseInt(name.substring(at + 1));
      String family = name.substring(0, at);
      if (family.equals("ndcg")) {
        return new Ndcg(number, false, false);
      }
      if (family.equals("ece")) {
        return new Ece(number, Binning.EQUAL_WIDTH);
      }
    }
    throw new IllegalArgumentException(
        "there is no metric '" + name + "'; known: " + String.join(", ", names()));
  }

  /** Every metric that applies to the rows. */
  public TaskMetrics measure(String task, Rows rows) {
    List<Metric> fitting = byName.values().stream().filter(m -> m.appliesTo(rows)).toList();
    return measure(task, rows, fitting);
  }

  /**
   * The given metrics; those that do not apply to the rows are left out.
   *
   * @param task name of the task, for the result
   */
  public static TaskMetrics measure(String task, Rows rows, List<Metric> metrics) {
    Map<String, Measured> values = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      if (metric.appliesTo(rows)) {
        values.put(metric.name(), metric.measure(rows));
      }
    }
    double positives = rows.kind() == LabelKind.BINARY ? rows.totalLabel() : Double.NaN;
    return new TaskMetrics(
        task, rows.kind(), rows.count(), rows.totalWeight(), positives, values, Map.of());
  }

  private static Collection<Metric> find() {
    List<Metric> metrics = new ArrayList<>();
    for (String name : classNames()) {
      try {
        Class<?> type = Class.forName(name, false, Metrics.class.getClassLoader());
        if (Metric.class.isAssignableFrom(type) && type.isRecord()) {
          metrics.add((Metric) type.getDeclaredConstructor().newInstance());
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(
            name + " is a metric, so it needs a public constructor without arguments", e);
      }
    }
    ServiceLoader.load(Metric.class, Metrics.class.getClassLoader()).forEach(metrics::add);
    return metrics;
  }

  private static List<String> classNames() {
    String folder = Metrics.class.getPackageName().replace('.', '/');
    try {
      URI code = Metrics.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path home = Path.of(code);
      if (Files.isDirectory(home)) {
        return classNamesIn(home.resolve(folder));
      }
      try (FileSystem jar = FileSystems.newFileSystem(home)) {
        return classNamesIn(jar.getPath(folder));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> classNamesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.contains("-"))
          .map(file -> Metrics.class.getPackageName() + "." + file.substring(0, file.length() - 6))
          .sorted()
          .toList();
    }
  }
}
