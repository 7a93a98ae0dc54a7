package dev.tandem.bench;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Shape;
import dev.tandem.onnx.Binding;
import dev.tandem.onnx.FlatFloats;
import dev.tandem.onnx.GraphSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The practical limit of f32 matrix products: one big product per thread, all threads at once, on
 * the same runtime as the training.
 */
public final class GemmLimit {
  private static final int SIZE = 1024;
  private static final int RUNS = 30;

  private GemmLimit() {}

  /** Runs it alone. */
  public static void main(String[] args) throws Exception {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    System.out.printf("%.0f GFLOP/s%n", gigaflops(threads));
  }

  /** Billions of floating-point operations per second over all threads, the best of three tries. */
  static double gigaflops(int threads) throws Exception {
    Node x = Node.of(new Input("x", Shape.batch(SIZE), Input.Noise.NONE));
    Node w = Node.of(new Parameter("w", Shape.of(SIZE, SIZE), Init.ZEROS, Parameter.Role.WEIGHT));
    Graph graph = new Graph(Map.of("y", Nodes.matmul(x, w)));
    double best = 0;
    try (GraphSession session = GraphSession.open(graph)) {
      for (int attempt = 0; attempt < 3; attempt++) {
        best = Math.max(best, once(session, threads));
      }
    }
    return best;
  }

  private static double once(GraphSession session, int threads) throws Exception {
    List<Thread> running = new ArrayList<>();
    long start = System.nanoTime();
    for (int t = 0; t < threads; t++) {
      Thread thread = new Thread(() -> multiply(session));
      thread.start();
      running.add(thread);
    }
    for (Thread thread : running) {
      thread.join();
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    return 2.0 * SIZE * SIZE * SIZE * RUNS * threads / seconds * 1e-9;
  }

  private static void multiply(GraphSession session) {
    int floats = SIZE * SIZE;
    try (Binding binding =
        session.bind(
            Map.of("B", SIZE),
            Map.of("x", FlatFloats.direct(floats), "w", FlatFloats.direct(floats)),
            Map.of("y", FlatFloats.direct(floats)))) {
      for (int run = 0; run < RUNS; run++) {
        binding.run();
      }
    }
  }
}
