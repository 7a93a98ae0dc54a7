package dev.tandem.figure;

import dev.tandem.feature.DataException;
import dev.tandem.schema.FieldSlot;
import dev.tandem.train.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * DEPHN's figure 3(a): what the soft selection gates of the three kinds of experts have learned.
 */
public final class SelectionMaps {
  private static final List<String> STRUCTURES = List.of("cross", "field", "dnn");

  private SelectionMaps() {}

  /**
   * The figure of a trained model of the PHN family.
   *
   * @throws DataException when the model has no selection gates
   */
  public static Figure figure(StoredModel model) {
    List<FieldSlot> slots = model.preprocessor().layout().embedded();
    int dim = slots.get(0).dim();
    Map<String, double[][]> gates = new LinkedHashMap<>();
    Map<String, float[]> parameters = model.model().parameters();
    for (String structure : STRUCTURES) {
      parameters.forEach(
          (name, values) -> {
            if (name.equals("g." + structure) || name.endsWith(".g." + structure)) {
              gates.put(structure, grid(values, slots.size(), dim));
            }
          });
    }
    if (gates.isEmpty()) {
      throw new DataException(
          "%s: its network has no parameters g.dnn, g.cross or g.field; this figure shows the soft selection of a model"
                  .formatted(model.path())
              + " whose body is dephn (any preset), with selection enabled and one gate per structure");
    }
    List<String> fields = slots.stream().map(FieldSlot::name).toList();
    List<List<Object>> rows = new ArrayList<>();
    gates.forEach(
        (structure, gate) -> {
          for (int f = 0; f < fields.size(); f++) {
            for (int d = 0; d < dim; d++) {
              rows.add(List.of(structure, fields.get(f), d, gate[f][d]));
            }
          }
        });
    return new Figure(
        "fig3a-selection",
        "Figure 3(a): soft selection of raw and attended fields",
        "Red components come from self-attention (1), blue ones are raw (0), yellow ones half of each. The maps of the three"
            + " kinds of experts should differ: each selects for itself.",
        found(gates),
        Map.of("model", model.path().toString()),
        List.of("structure", "field", "dim", "value"),
        rows,
        picture(gates, fields, dim));
  }

  /** A gate of any shape as fields × components. */
  private static double[][] grid(float[] gate, int fields, int dim) {
    double[][] grid = new double[fields][dim];
    for (int f = 0; f < fields; f++) {
      for (int d = 0; d < dim; d++) {
        grid[f][d] =
            gate.length == fields * dim
                ? gate[f * dim + d]
                : gate.length == fields ? gate[f] : gate[d];
      }
    }
    return grid;
  }

  private static Picture picture(Map<String, double[][]> gates, List<String> fields, int dim) {
    List<Panel> panels = new ArrayList<>();
    List<String> components = IntStream.range(0, dim).mapToObj(String::valueOf).toList();
    int height = Math.max(300, 84 + 14 * fields.size());
    gates.forEach(
        (structure, gate) ->
            panels.add(
                new HeatMap(
                    structure + " experts",
                    HeatMap.Axis.cells("component of the embedding", components, 8),
                    HeatMap.Axis.cells("", fields, 45),
                    gate,
                    0,
                    1,
                    List.of(),
                    List.of())));
    List<String> names = List.copyOf(gates.keySet());
    double[][] means = new double[fields.size()][names.size()];
    for (int f = 0; f < fields.size(); f++) {
      for (int s = 0; s < names.size(); s++) {
        double[][] gate = gates.getOrDefault(names.get(s), new double[fields.size()][dim]);
        means[f][s] = Arrays.stream(gate[f]).average().orElse(0);
      }
    }
    panels.add(
        new HeatMap(
            "mean over the components",
            HeatMap.Axis.cells("kind of expert", names, 3),
            HeatMap.Axis.cells("", fields, 45),
            means,
            0,
            1,
            List.of(),
            List.of()));
    return new Picture(panels, 2, 430, height);
  }

  private static String found(Map<String, double[][]> gates) {
    List<String> parts = new ArrayList<>();
    long outside = 0;
    for (Map.Entry<String, double[][]> gate : gates.entrySet()) {
      double[] values = Arrays.stream(gate.getValue()).flatMapToDouble(Arrays::stream).toArray();
      double mean = Arrays.stream(values).average().orElse(0);
      double sd =
          Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0));
      parts.add(String.format(Locale.ROOT, "%s mean %.3f, sd %.3f", gate.getKey(), mean, sd));
      outside += Arrays.stream(values).filter(v -> v < 0 || v > 1).count();
    }
    List<Map.Entry<String, double[][]>> all = List.copyOf(gates.entrySet());
    for (int a = 0; a < all.size(); a++) {
      for (int b = a + 1; b < all.size(); b++) {
        double far = distance(all.get(a).getValue(), all.get(b).getValue());
        parts.add(
            String.format(
                Locale.ROOT, "mean |%s − %s| %.3f", all.get(a).getKey(), all.get(b).getKey(), far));
      }
    }
    return String.join("; ", parts)
        + "; %d values outside the colours' range 0 to 1 are shown at its ends.".formatted(outside);
  }

  private static double distance(double[][] a, double[][] b) {
    double sum = 0;
    for (int f = 0; f < a.length; f++) {
      for (int d = 0; d < a[f].length; d++) {
        sum += Math.abs(a[f][d] - b[f][d]) / a.length / a[f].length;
      }
    }
    return sum;
  }
}
