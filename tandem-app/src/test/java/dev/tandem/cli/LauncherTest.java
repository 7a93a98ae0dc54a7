package dev.tandem.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, run against stand-ins for Java and Maven that note how they were called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  /** What a launch left: exit code, and everything printed. */
  private record Launch(int code, String text) {}

  @TempDir private Path temp;
  private Path tree;
  private Path bin;
  private Path launcher;
  private final Map<String, String> environment = new TreeMap<>();

  @BeforeEach
  void plantATree() throws IOException {
    tree = Files.createDirectories(temp.resolve("a tree"));
    bin = Files.createDirectories(temp.resolve("bin"));
    launcher = tree.resolve("tandem");
    Files.copy(Path.of(System.getProperty("tandem.root"), "tandem"), launcher);
    Files.createDirectories(tree.resolve("tandem-app/src/main"));
    Files.writeString(tree.resolve("pom.xml"), "");
    Files.writeString(tree.resolve("tandem-app/src/main/Main.java"), "");
    environment.put("PATH", bin + ":" + System.getenv("PATH"));
    environment.put("TANDEM_JAVA_HOME", jdk("17.0.2").toString());
    maven("3.8.7", 0);
  }

  @Test
  void buildsOnceThenStarts() throws Exception {
    assertThat(launch("a", "b c").text())
        .contains("building from source")
        .contains("java 17.0.2", "<dev.tandem.cli.Main>", "<a>", "<b c>");
    assertThat(launch("--version").text()).doesNotContain("building").contains("<--version>");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    launch();
    Files.setLastModifiedTime(
        tree.resolve("tandem-app/src/main/Main.java"), FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(launch().text()).contains("building");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void passesTheExitCodeOn() throws Exception {
    assertThat(launch("exit", "3").code()).isEqualTo(3);
  }

  @Test
  void startsThroughASymlinkFromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(bin.resolve("tandem"), Path.of("../a tree/tandem"));
    assertThat(start(List.of(link.toString(), "x"), temp).text()).contains("<x>");
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    Process first = process(List.of(launcher.toString()), tree).start();
    Launch second = launch();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).isZero();
    assertThat(second.code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void givesOptionsToTheJvm() throws Exception {
    environment.put("TANDEM_OPTS", "-Xmx3g -Dglob=*");
    assertThat(launch().text()).contains("<-Xmx3g>", "<-Dglob=*>");
  }

  @Test
  void quietensNewerJvmsOnly() throws Exception {
    assertThat(launch().text()).doesNotContain("unsafe");
    environment.put("TANDEM_JAVA_HOME", jdk("25").toString());
    assertThat(launch().text())
        .contains("<--sun-misc-unsafe-memory-access=allow>")
        .contains("<--enable-native-access=ALL-UNNAMED>");
  }

  @Test
  void skipsAnOldJavaHomeForTheOneOnThePath() throws Exception {
    environment.remove("TANDEM_JAVA_HOME");
    environment.put("JAVA_HOME", jdk("1.8.0_392").toString());
    Files.createSymbolicLink(bin.resolve("java"), jdk("21.0.1").resolve("bin/java"));
    assertThat(launch().text()).contains("java 21.0.1");
  }

  @Test
  void saysWhichJavaIsTooOld() throws Exception {
    environment.put("TANDEM_JAVA_HOME", jdk("11.0.9").toString());
    Launch launch = launch();
    assertThat(launch.code()).isEqualTo(1);
    assertThat(launch.text()).contains("JDK 17 or newer").contains("11.0.9").contains("too old");
  }

  @Test
  void saysThatThereIsNoJava() throws Exception {
    environment.put("TANDEM_JAVA_HOME", temp.resolve("nowhere").toString());
    Launch launch = launch();
    assertThat(launch.code()).isEqualTo(1);
    assertThat(launch.text()).contains("nowhere/bin/java");
  }

  @Test
  void saysThatBuildingTakesACompiler() throws Exception {
    Path home = jdk("17.0.2");
    Files.delete(home.resolve("bin/javac"));
    assertThat(launch().text()).contains("takes a JDK").contains(home.toString());
  }

  @Test
  void saysThatMavenIsTooOld() throws Exception {
    maven("3.6.3", 0);
    Launch launch = launch();
    assertThat(launch.code()).isEqualTo(1);
    assertThat(launch.text()).contains("Maven 3.6.3 is too old").contains("3.8.7");
  }

  @Test
  void showsWhyABuildFailed() throws Exception {
    maven("3.9.10", 1);
    Launch launch = launch();
    assertThat(launch.code()).isEqualTo(1);
    assertThat(launch.text()).contains("the build failed", "build.log", "it did not compile");
    assertThat(launch.text()).doesNotContain("dev.tandem.cli.Main");
  }

  private Launch launch(String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    return start(command, tree);
  }

  private ProcessBuilder process(List<String> command, Path directory) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(k -> k.startsWith("TANDEM") || k.equals("JAVA_HOME"));
    builder.environment().putAll(environment);
    return builder;
  }

  private Launch start(List<String> command, Path directory) throws Exception {
    Process process = process(command, directory).start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Launch(process.waitFor(), text);
  }

  private long builds() throws IOException {
    return Files.readAllLines(temp.resolve("builds")).size();
  }

  private Path jdk(String version) throws IOException {
    Path home = temp.resolve("jdk " + version);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/javac"), "");
    script(
        home.resolve("bin/java"),
        """
        echo java %s
        for a in "$@"; do printf '<%%s>\\n' "$a"; done
        while [ $# -gt 1 ]; do [ "$1" = exit ] && exit "$2"; shift; done
        exit 0
        """
            .formatted(version));
    return home;
  }

  private void maven(String version, int code) throws IOException {
    script(
        bin.resolve("mvn"),
        """
        if [ "$1" = -v ]; then echo 'Apache Maven %s'; exit; fi
        echo build >>'%s'
        sleep 0.3
        echo '[ERROR] it did not compile'
        mkdir -p tandem-app/target/quick/lib
        echo >tandem-app/target/quick/tandem-app-1.jar
        echo >tandem-app/target/quick/lib/tandem-core-1.jar
        echo >tandem-app/target/quick/lib/other-1.jar
        exit %d
        """
            .formatted(version, temp.resolve("builds"), code));
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
