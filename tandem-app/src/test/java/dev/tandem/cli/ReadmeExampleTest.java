package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java compiles and does what it says. */
class ReadmeExampleTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void theReadmesJavaTrainsJudgesAndScores() throws Exception {
    Matcher code = JAVA.matcher(Files.readString(Path.of("..", "README.md")));
    assertThat(code.find()).isTrue();
    assertThat(code.group(1).lines().filter(l -> !l.isBlank() && !l.startsWith("import")).count())
        .as("lines of the example")
        .isLessThanOrEqualTo(30);
    Path source = directory.resolve("Example.java");
    Files.writeString(source, code.group(1));
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                complaints,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString(),
                source.toString());
    assertThat(compiled).as(complaints.toString(StandardCharsets.UTF_8)).isZero();
    Shop.open(directory);
    PrintStream out = System.out;
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
      System.setOut(new PrintStream(seen, true, StandardCharsets.UTF_8));
      loader
          .loadClass("Example")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {directory.toString()});
    } finally {
      System.setOut(out);
    }
    assertThat(seen.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .satisfiesExactly(
            auc -> assertThat(auc).matches("AUC of click: 0\\.\\d{4}"),
            scores ->
                assertThat(scores).matches("\\{predicted_click=0\\.\\d+, predicted_buy=0\\.\\d+}"));
  }
}
