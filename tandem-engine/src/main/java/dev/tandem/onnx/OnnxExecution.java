package dev.tandem.onnx;

import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.scoring.Execution;
import dev.tandem.scoring.Symbols;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays beside the native buffers of a session: copied over before and after each run. Buffers
 * grow as needed; they stay bound for the sizes that were used last.
 */
final class OnnxExecution implements Execution {
  /** Sizes whose bindings are kept: full blocks, and the ends of what came in last. */
  private static final int KEPT = 8;

  private final OnnxProgram program;
  private final GraphSession session;
  private final Symbols symbols;
  private final List<Block> inputs = new ArrayList<>();
  private final List<Block> outputs = new ArrayList<>();
  private final Map<List<Integer>, Binding> bindings = new LinkedHashMap<>(16, 0.75f, true);
  private int[] sizes = {};
  private List<Binding> bound = List.of();

  /** An input or output, on both sides of the door. */
  private static final class Block {
    final String name;
    final Node node;
    float[] array = {};
    FloatBuffer buffer = FlatFloats.direct(0);
    int count;

    Block(String name, Node node) {
      this.name = name;
      this.node = node;
    }

    /** Whether the buffer had to be replaced. */
    boolean reserve(int floats) {
      count = floats;
      if (buffer.capacity() >= floats) {
        return false;
      }
      array = Arrays.copyOf(array, floats);
      buffer = FlatFloats.direct(floats);
      return true;
    }
  }

  OnnxExecution(OnnxProgram program, GraphSession session, Symbols symbols) {
    this.program = program;
    this.session = session;
    this.symbols = symbols;
    for (Input input : session.graph().inputs()) {
      inputs.add(new Block(input.name(), session.graph().leaf(input.name()).orElseThrow()));
    }
    session.graph().outputs().forEach((name, node) -> outputs.add(new Block(name, node)));
  }

  @Override
  public void resize(int... wanted) {
    if (Arrays.equals(sizes, wanted) && !bound.isEmpty()) {
      return;
    }
    Map<String, Integer> named = symbols.named(wanted);
    boolean grown = false;
    for (List<Block> blocks : List.of(inputs, outputs)) {
      for (Block block : blocks) {
        grown |= block.reserve(block.node.shape().count().resolve(named));
      }
    }
    if (grown) {
      free();
    }
    sizes = wanted.clone();
    bound =
        List.of(
            bindings.computeIfAbsent(
                Arrays.stream(wanted).boxed().toList(),
                key -> session.bind(named, buffers(inputs), buffers(outputs))));
    if (bindings.size() > KEPT) {
      Iterator<Binding> oldest = bindings.values().iterator();
      oldest.next().close();
      oldest.remove();
    }
  }

  private static Map<String, FloatBuffer> buffers(List<Block> blocks) {
    Map<String, FloatBuffer> buffers = new HashMap<>();
    blocks.forEach(block -> buffers.put(block.name, block.buffer));
    return buffers;
  }

  @Override
  public float[] input(int i) {
    return inputs.get(i).array;
  }

  @Override
  public void run() {
    for (Block input : inputs) {
      input.buffer.put(0, input.array, 0, input.count);
    }
    bound.forEach(Binding::run);
    for (Block output : outputs) {
      output.buffer.get(0, output.array, 0, output.count);
    }
  }

  @Override
  public float[] output(int i) {
    return outputs.get(i).array;
  }

  @Override
  public void close() {
    program.giveBack(this);
  }

  /** Lets go of the native side; the next {@link #resize} binds anew. */
  void free() {
    bindings.values().forEach(Binding::close);
    bindings.clear();
    bound = List.of();
  }
}
