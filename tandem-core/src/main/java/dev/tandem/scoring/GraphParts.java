package dev.tandem.scoring;

import dev.tandem.archive.Part;
import dev.tandem.archive.PartsWriter;
import dev.tandem.archive.TensorSpec;
import dev.tandem.graph.Graph;
import dev.tandem.graph.GraphText;
import dev.tandem.graph.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The parts of an archive that hold a graph and its parameters. */
public final class GraphParts {
  private GraphParts() {}

  /** Writes a scoring graph and the row-major values of its parameters. */
  public static void write(PartsWriter parts, Graph graph, Function<Parameter, float[]> values)
      throws IOException {
    parts.text(Part.GRAPH, GraphText.write(graph));
    write(parts, Part.WEIGHTS, graph.parameters(), values);
  }

  /** Writes parameters as one part, a tensor of 32-bit numbers each. */
  public static void write(
      PartsWriter parts,
      String part,
      List<Parameter> parameters,
      Function<Parameter, float[]> values)
      throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    for (Parameter p : parameters) {
      long[] shape = IntStream.range(0, p.shape().rank()).mapToLong(p.shape()::size).toArray();
      specs.add(TensorSpec.f32(p.name(), shape));
    }
    parts.tensors(
        part,
        specs,
        out -> {
          for (Parameter p : parameters) {
            out.floats(p.name(), values.apply(p));
          }
        });
  }
}
