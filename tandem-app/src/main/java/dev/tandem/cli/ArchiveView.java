package dev.tandem.cli;

import dev.tandem.archive.Inspection;
import dev.tandem.archive.Origin;
import dev.tandem.archive.TensorSpec;
import dev.tandem.calibration.Calibration;
import dev.tandem.metric.Decimals;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an archive tells of itself: origin, tasks, features, parameters, metrics, parts.
 *
 * @param replayed golden rows that came out as in training
 * @param calibration how its probabilities are corrected
 */
record ArchiveView(Inspection inspection, int replayed, Calibration calibration) implements View {

  @Override
  public Object json() {
    Map<String, Object> map = inspection.toMap();
    map.put("golden_rows_replayed", replayed);
    if (!calibration.tasks().isEmpty()) {
      map.put("calibration", new CalibrationView(calibration).json());
    }
    return map;
  }

  @Override
  public void print(PrintWriter out) {
    print(inspection, out);
    if (!calibration.tasks().isEmpty()) {
      new CalibrationView(calibration).print(out);
    }
  }

  private void print(Inspection i, PrintWriter out) {
    out.printf(
        "%s: model archive of format version %d, %,d bytes in %d parts, every byte checked%s%n",
        i.path(),
        i.version(),
        i.bytes(),
        i.parts().size(),
        replayed > 0 ? ", " + replayed + " golden rows replayed" : "");
    origin(i.origin(), out);
    tasks(i.schema(), out);
    features(i.schema(), out);
    tensors("Embedding tables", i.tableCount(), i.tables(), out);
    tensors("Parameters", i.parameterCount(), i.parameters(), out);
    i.metrics().keySet().forEach(part -> metrics(part, i.taskMetrics(part), out));
    out.printf("%nParts%n");
    TextTable parts = new TextTable("name", "bytes", "sha256");
    i.parts()
        .forEach(p -> parts.row(p.name(), number(p.size()), p.sha256().substring(0, 16) + "…"));
    parts.print(out);
  }

  private static void origin(Origin origin, PrintWriter out) {
    out.printf("%nOrigin%n");
    out.printf("  command   %s%n", origin.command());
    out.printf("  tandem    %s (%s)%n", origin.build().version(), origin.build().revision());
    out.printf("  run       %s%n", origin.runHash());
    out.printf("  data      %s%n", origin.dataFingerprint());
    out.printf("  seed      %d%n", origin.seed());
  }

  private static void tasks(Schema schema, PrintWriter out) {
    out.printf("%nTasks%n");
    TextTable table = new TextTable("name", "kind", "outputs", "weight", "within", "label");
    schema
        .tasks()
        .forEach(
            t ->
                table.row(
                    t.name(),
                    t.kind().name().toLowerCase(Locale.ROOT),
                    number(t.outputs()),
                    decimal(t.weight()),
                    t.within().orElse(""),
                    t.label()));
    table.print(out);
  }

  private static void features(Schema schema, PrintWriter out) {
    InputLayout layout = schema.layout();
    out.printf(
        "%nFeatures: %d, giving the model %d fields of together %d numbers, %d plain numbers, %d"
            + " sequences%n",
        schema.features().size(),
        layout.fields().size(),
        layout.fieldWidth(),
        layout.numbers().size(),
        layout.sequences().size());
    TextTable table = new TextTable("name", "kind", "side", "columns", "tables");
    schema
        .features()
        .forEach(
            f ->
                table.row(
                    f.name(),
                    Inspection.kind(f),
                    f.side().name().toLowerCase(Locale.ROOT),
                    String.join(", ", f.columns()),
                    f.tables().stream().map(ArchiveView::table).collect(Collectors.joining(", "))));
    table.print(out);
  }

  private static String table(Table table) {
    return table.name() + " × " + table.dim();
  }

  private static void tensors(String title, long count, List<TensorSpec> tensors, PrintWriter out) {
    out.printf("%n%s: %,d numbers in %d tensors%n", title, count, tensors.size());
    if (tensors.isEmpty()) {
      return;
    }
    TextTable table = new TextTable("name", "shape", "numbers");
    tensors.forEach(t -> table.row(t.name(), t.shape().toString(), number(t.elements())));
    table.print(out);
  }

  private static void metrics(
      String part, Map<String, Map<String, Double>> tasks, PrintWriter out) {
    Set<String> names = new LinkedHashSet<>();
    tasks.values().forEach(values -> names.addAll(values.keySet()));
    if (names.isEmpty()) {
      return;
    }
    out.printf("%nMetrics on %s%n", part);
    List<String> header = new ArrayList<>(List.of("task"));
    header.addAll(names);
    TextTable table = new TextTable(header.toArray(String[]::new));
    tasks.forEach(
        (task, values) -> {
          List<String> cells = new ArrayList<>(List.of(task));
          names.forEach(n -> cells.add(values.containsKey(n) ? decimal(values.get(n)) : ""));
          table.row(cells);
        });
    table.print(out);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Counts as they are, other figures with four decimals. */
  private static String decimal(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? number((long) value)
        : Decimals.of(value, 4);
  }
}
