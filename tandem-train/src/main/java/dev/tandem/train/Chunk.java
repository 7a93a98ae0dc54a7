package dev.tandem.train;

import dev.tandem.embedding.CounterRandom;
import dev.tandem.feature.Batch;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.onnx.Binding;
import dev.tandem.onnx.FlatFloats;
import dev.tandem.onnx.GraphSession;
import dev.tandem.schema.SequenceSlot;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One part of a batch on its way through the engine: buffers for its inputs and outputs, bound once
 * per shape. Used by one thread at a time.
 */
final class Chunk implements AutoCloseable {
  private static final int BINDINGS = 24;

  private final GraphSession session;
  private final TableInputs tables;
  private final Map<String, FloatBuffer> parameters;
  private final Map<String, FloatBuffer> inputs = new HashMap<>();
  private final Map<String, FloatBuffer> outputs = new HashMap<>();
  private float[] scratch = {};
  private final LinkedHashMap<Map<String, Integer>, Binding> bindings =
      new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Buffers for one part of a batch.
   *
   * @param parameters where the session reads its parameters
   * @param fixed outputs that are already placed, such as the gradients of the parameters
   */
  Chunk(
      GraphSession session,
      TableInputs tables,
      FlatFloats parameters,
      Map<String, FloatBuffer> fixed) {
    this.session = session;
    this.tables = tables;
    this.parameters = new HashMap<>();
    session
        .graph()
        .parameters()
        .forEach(p -> this.parameters.put(p.name(), parameters.view(p.name())));
    outputs.putAll(fixed);
  }

  /** The sizes of the graph's symbols for rows {@code from … from + rows − 1} of a batch. */
  Map<String, Integer> sizes(PreparedBatch batch, int from, int rows) {
    return sizes(batch, rows, tables.lengths(batch.batch(), from, rows));
  }

  private static Map<String, Integer> sizes(PreparedBatch batch, int rows, int[] lengths) {
    Map<String, Integer> sizes = new HashMap<>();
    sizes.put("B", rows);
    for (int s = 0; s < lengths.length; s++) {
      sizes.put("L." + batch.batch().layout().sequences().get(s).name(), lengths[s]);
    }
    return sizes;
  }

  /** Runs the session; inputs must have been put for these sizes. */
  void run(Map<String, Integer> sizes) {
    Binding binding = bindings.get(sizes);
    if (binding == null) {
      session.outputCounts(sizes).forEach((name, count) -> reserve(outputs, name, count));
      Map<String, FloatBuffer> given = new HashMap<>(parameters);
      given.putAll(inputs);
      binding = session.bind(sizes, given, outputs);
      bindings.put(sizes, binding);
      if (bindings.size() > BINDINGS) {
        var oldest = bindings.entrySet().iterator();
        oldest.next().getValue().close();
        oldest.remove();
      }
    }
    binding.run();
  }

  /** A buffer of at least {@code count} floats; bindings to a smaller one are given up. */
  private void reserve(Map<String, FloatBuffer> buffers, String name, int count) {
    FloatBuffer buffer = buffers.get(name);
    if (buffer == null || buffer.capacity() < count) {
      if (buffer != null) {
        closeBindings();
      }
      buffers.put(name, FlatFloats.direct(count));
    }
  }

  private FloatBuffer input(String name, int count) {
    reserve(inputs, name, count);
    FloatBuffer buffer = inputs.get(name);
    if (buffer == null) {
      throw new IllegalStateException(name);
    }
    return buffer;
  }

  boolean reads(String input) {
    return session.leaves().containsKey(input);
  }

  /** Puts {@code count} floats of an array into an input that the graph may or may not read. */
  void put(String name, float[] values, int from, int count) {
    if (reads(name)) {
      input(name, count).put(0, values, from, count);
    }
  }

  /** Puts one value into every element of an input. */
  void fill(String name, float value, int count) {
    float[] values = scratch(count);
    java.util.Arrays.fill(values, 0, count, value);
    put(name, values, 0, count);
  }

  /**
   * Puts what depends on the features of batch rows {@code from … from + rows − 1}: numbers,
   * looked-up values (gathered here, on this thread) and the masks of sequences.
   *
   * @param values the batch's flat array, of which this chunk writes its own part
   */
  void features(PreparedBatch batch, Weights weights, float[] values, int from, int rows) {
    Batch raw = batch.batch();
    int numbers = raw.layout().numbers().size();
    put("numbers", raw.numbers(), from * numbers, rows * numbers);
    gather(batch, weights, values, from, rows);
    int[] lengths = tables.lengths(raw, from, rows);
    for (int i = 0; i < tables.slabs().size(); i++) {
      String name = tables.slabs().get(i).input();
      if (reads(name)) {
        Runs runs = runs(batch, i, from, rows);
        FloatBuffer buffer = input(name, runs.count() * runs.length());
        for (int r = 0; r < runs.count(); r++) {
          buffer.put(r * runs.length(), values, runs.at() + r * runs.stride(), runs.length());
        }
      }
    }
    for (int s = 0; s < lengths.length; s++) {
      valid(raw, s, lengths[s], from, rows);
      positions(raw.layout().sequences().get(s), lengths[s]);
    }
  }

  /**
   * Where a slab's values of some rows stand in the flat array of a batch: one run, or one per row
   * where the batch has a longer history than these rows.
   */
  private record Runs(int at, int stride, int length, int count) {}

  private Runs runs(PreparedBatch batch, int slab, int from, int rows) {
    TableInputs.Slab part = tables.slabs().get(slab);
    int stride = tables.rowFloats(part, batch.lengths());
    int width = tables.rowFloats(part, tables.lengths(batch.batch(), from, rows));
    int at = tables.base(slab, batch.rows(), batch.lengths()) + from * stride;
    return width == stride ? new Runs(at, 0, rows * width, 1) : new Runs(at, stride, width, rows);
  }

  /**
   * Copies the gradient of a slab's values to where the values of these rows stand in the batch;
   * what is padding there is not touched.
   */
  void gradient(String output, PreparedBatch batch, int slab, float[] into, int from, int rows) {
    Runs runs = runs(batch, slab, from, rows);
    FloatBuffer buffer = output(output);
    for (int r = 0; r < runs.count(); r++) {
      buffer.get(r * runs.length(), into, runs.at() + r * runs.stride(), runs.length());
    }
  }

  private void gather(PreparedBatch batch, Weights weights, float[] values, int from, int rows) {
    List<TableInputs.Slab> slabs = tables.slabs();
    for (int i = 0; i < slabs.size(); i++) {
      // what is added up, or padded, starts at zero
      int width = tables.rowFloats(slabs.get(i), batch.lengths());
      int base = tables.base(i, batch.rows(), batch.lengths()) + from * width;
      if (slabs.get(i).isSequence() || tables.adds(batch.lookups())) {
        java.util.Arrays.fill(values, base, base + rows * width, 0f);
      }
    }
    for (int t = 0; t < tables.tables().size(); t++) {
      // by name: what scores may read fewer tables than what trains, in another order
      weights
          .table(tables.tables().get(t).name())
          .gather(batch.lookups()[t], from, from + rows, values);
    }
  }

  private void valid(Batch raw, int sequence, int length, int from, int rows) {
    String name = "valid." + raw.layout().sequences().get(sequence).name();
    if (!reads(name)) {
      return;
    }
    float[] mask = scratch(rows * length);
    int[] offsets = raw.sequenceOffsets(sequence);
    for (int r = 0; r < rows; r++) {
      int steps = Math.min(length, offsets[from + r + 1] - offsets[from + r]);
      java.util.Arrays.fill(mask, r * length, r * length + steps, 1f);
      java.util.Arrays.fill(mask, r * length + steps, (r + 1) * length, 0f);
    }
    put(name, mask, 0, rows * length);
  }

  /** The first rows of the identity, which pick the positions that the batch has. */
  private void positions(SequenceSlot slot, int length) {
    String name = "position." + slot.name();
    if (!reads(name)) {
      return;
    }
    float[] identity = scratch(length * slot.max());
    java.util.Arrays.fill(identity, 0, length * slot.max(), 0f);
    for (int p = 0; p < length; p++) {
      identity[p * slot.max() + p] = 1;
    }
    put(name, identity, 0, length * slot.max());
  }

  /**
   * Draws the random inputs of a step: per row of the batch, so that the division into chunks does
   * not show; inputs without rows are drawn once per step.
   */
  void noise(CounterRandom step, PreparedBatch batch, int from, int rows) {
    Map<String, Integer> sizes = sizes(batch, from, rows);
    Map<String, Integer> aRow = sizes(batch, 1, batch.lengths());
    for (Map.Entry<String, Node> leaf : session.leaves().entrySet()) {
      if (leaf.getValue().op() instanceof Input input && input.noise() == Input.Noise.UNIFORM) {
        int count = input.shape().count().resolve(sizes);
        boolean perRow = !input.shape().isStatic();
        int lines = perRow ? rows : 1;
        long stride = input.shape().count().resolve(aRow);
        CounterRandom random = step.at(leaf.getKey().hashCode());
        float[] draws = scratch(count);
        for (int r = 0; r < lines; r++) {
          long first = (perRow ? from + r : 0) * stride;
          int line = count / lines;
          for (int i = 0; i < line; i++) { // exact, in (0, 1)
            draws[r * line + i] = ((float) (random.bits(first + i) >>> 41) + 0.5f) * 0x1p-23f;
          }
        }
        put(leaf.getKey(), draws, 0, count);
      }
    }
  }

  private float[] scratch(int count) {
    if (scratch.length < count) {
      scratch = new float[count];
    }
    return scratch;
  }

  /** Copies an output into an array; {@code count} floats to {@code at}. */
  void get(String output, float[] into, int at, int count) {
    output(output).get(0, into, at, count);
  }

  private FloatBuffer output(String name) {
    FloatBuffer buffer = outputs.get(name);
    if (buffer == null) {
      throw new IllegalArgumentException("no output " + name + " among " + outputs.keySet());
    }
    return buffer;
  }

  /** A copy of an output of a run of these sizes. */
  float[] get(String output, Map<String, Integer> sizes) {
    int count = session.outputCounts(sizes).getOrDefault(output, 0);
    float[] values = new float[count];
    get(output, values, 0, count);
    return values;
  }

  /** The first float of an output. */
  float scalar(String output) {
    float[] one = new float[1];
    get(output, one, 0, 1);
    return one[0];
  }

  private void closeBindings() {
    bindings.values().forEach(Binding::close);
    bindings.clear();
  }

  @Override
  public void close() {
    closeBindings();
  }
}
