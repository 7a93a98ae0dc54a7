package dev.tandem.scoring;

import dev.tandem.graph.Graph;
import java.util.Map;

/** What makes scoring graphs ready to run: the plain JVM, or a native engine. Thread-safe. */
public interface GraphCompiler {
  /** The plain JVM: no native code, nothing to close. */
  GraphCompiler JAVA =
      new GraphCompiler() {
        @Override
        public String name() {
          return "java";
        }

        @Override
        public int block() {
          return 64; // a block's values stay in a core's nearest caches
        }

        @Override
        public Executable compile(Graph graph, Map<String, float[]> parameters) {
          return Program.of(graph, parameters);
        }
      };

  /** Its name as a runtime, for messages. */
  String name();

  /** Most rows that are run together. */
  int block();

  /**
   * Makes a graph ready to run.
   *
   * @param graph a folded scoring graph
   * @param parameters row-major values of every parameter by name
   */
  Executable compile(Graph graph, Map<String, float[]> parameters);
}
