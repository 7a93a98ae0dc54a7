package dev.tandem.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that ends while its threads are inside ONNX Runtime ends as it was told to. */
class ShutdownTest {
  private static final int TIMES = 4;
  private static final int CODE = 7;

  @TempDir Path directory;

  @Test
  void endsInTheMiddleOfCalls() throws Exception {
    for (int time = 0; time < TIMES; time++) {
      Path out = directory.resolve("out" + time);
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Busy.class.getName(),
                  String.valueOf(20 + 30 * time))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      assertThat(process.waitFor()).as(Files.readString(out)).isEqualTo(CODE);
    }
  }

  /** Two threads that open and close sessions; the process exits a few milliseconds after. */
  static final class Busy {
    private Busy() {}

    public static void main(String[] args) throws InterruptedException {
      Node x = Scope.root(false).input("x", Shape.batch(4));
      Graph graph = new Graph(Map.of("y", Nodes.sigmoid(x)));
      GraphSession.open(graph).close();
      for (int t = 0; t < 2; t++) {
        Thread thread = new Thread(() -> openAndClose(graph));
        thread.setDaemon(true);
        thread.start();
      }
      Thread.sleep(Long.parseLong(args[0]));
      System.exit(CODE);
    }

    private static void openAndClose(Graph graph) {
      while (true) {
        GraphSession.open(graph).close();
      }
    }
  }
}
