package dev.tandem.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.archive.ArchiveException.Kind;
import dev.tandem.feature.PartReader;
import dev.tandem.feature.PartWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
  @TempDir Path directory;

  private Path shop() {
    return directory.resolve("models/shop");
  }

  @Test
  void givesBackWhatWasWritten() throws IOException {
    Archives.write(shop(), 7);

    try (Archive archive = Archive.open(shop())) {
      assertThat(archive.version()).isEqualTo(Archive.VERSION);
      assertThat(archive.origin())
          .isEqualTo(new Origin(Archives.COMMAND, "run-7", 7, "data-1", Build.current()));
      assertThat(archive.parts())
          .extracting(Archive.PartInfo::name)
          .containsExactly(
              Part.SCHEMA,
              Part.CONFIG,
              Part.PREPROCESSING,
              Part.GRAPH,
              Part.WEIGHTS,
              Part.TABLES,
              Part.METRICS,
              Part.CURVES);
      assertThat(archive.text(Part.CURVES)).isEqualTo("epoch,auc\n0,7\n");
      assertThat(archive.has(Part.GOLDEN_ROWS)).isFalse();
      assertThatThrownBy(() -> archive.text(Part.GOLDEN_ROWS)).hasMessageContaining(Part.SCHEMA);
      assertThat(archive.tensors(Part.WEIGHTS).tensor("tower.0.0.b").floats())
          .containsExactly(7, 7, 7, 7);
      try (InputStream one = archive.stream(Part.SCHEMA);
          InputStream two = archive.stream(Part.SCHEMA)) {
        assertThat(one.read()).isEqualTo('{');
        assertThat(two.readAllBytes()).isEqualTo(archive.bytes(Part.SCHEMA));
      }
    }
    assertThat(names())
        .contains("manifest.json", "weights.safetensors")
        .noneMatch(n -> n.startsWith("."));
  }

  @Test
  void takesPartsWithFoldersInTheirNamesFromThoseWhoWriteToStreams() throws IOException {
    for (int round = 0; round < 3; round++) {
      ArchiveWriter.write(
          shop(),
          new Origin("c", "r", 1, "d"),
          parts -> {
            Archives.content(parts, 1, 5);
            PartWriter writer = parts::open;
            for (String name : List.of("vocabulary/0.bin", "vocabulary/0.2.bin")) {
              try (OutputStream out = writer.open(name)) {
                out.write(name.getBytes(StandardCharsets.UTF_8));
                out.write('!');
              }
            }
          });
      try (Archive archive = Archive.open(shop())) {
        PartReader reader = archive::stream;
        for (String name : List.of("vocabulary/0.bin", "vocabulary/0.2.bin")) {
          try (InputStream in = reader.open(name)) {
            assertThat(in).hasContent(name + "!");
          }
        }
      }
      assertThat(names()).hasSize(11);
    }
    assertThatThrownBy(
            () ->
                ArchiveWriter.write(
                    shop(),
                    new Origin("c", "r", 1, "d"),
                    parts -> {
                      Archives.content(parts, 1, 5);
                      parts.open("left.bin");
                    }))
        .hasMessageContaining("left.bin");
  }

  @Test
  void writesTheSameBytesForTheSameRun() throws IOException {
    Archives.write(shop(), 7);
    Archives.write(directory.resolve("again"), 7);
    for (String name : names()) {
      assertThat(directory.resolve("again").resolve(name))
          .hasSameBinaryContentAs(shop().resolve(name));
    }
  }

  @Test
  void findsEveryFlippedByteAndNamesThePart() throws IOException {
    Archives.write(shop(), 7);
    Random random = new Random(11);
    for (String name : names()) {
      Path file = shop().resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < whole.length; i++) {
        byte[] damaged = whole.clone();
        damaged[i] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, damaged);
        assertRefused(Kind.CORRUPT, name);
      }
      Files.write(file, whole);
    }
    assertThat(Archives.generation(shop())).isEqualTo(7);
  }

  @Test
  void findsEveryMissingOrAddedByteAndNamesThePart() throws IOException {
    Archives.write(shop(), 7);
    for (String name : names()) {
      Path file = shop().resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1, whole.length + 1}) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertRefused(Kind.CORRUPT, name);
      }
      Files.write(file, whole);
    }
  }

  @Test
  void namesAMissingPart() throws IOException {
    Archives.write(shop(), 7);
    for (String name : names()) {
      Path file = shop().resolve(name);
      byte[] whole = Files.readAllBytes(file);
      Files.delete(file);
      assertRefused(name.equals("manifest.json") ? Kind.NOT_AN_ARCHIVE : Kind.CORRUPT, name);
      Files.write(file, whole);
    }
  }

  @Test
  void refusesAManifestThatOmitsWhatEveryArchiveHolds() throws IOException {
    Archives.write(shop(), 7);
    Manifest manifest = Manifest.read(shop(), Archive.FORMAT);
    Map<String, Manifest.Entry> parts = new java.util.LinkedHashMap<>(manifest.parts());
    parts.remove(Part.WEIGHTS);
    Files.write(
        shop().resolve("manifest.json"),
        new Manifest("tandem-archive", 1, manifest.origin(), parts).bytes());
    assertRefused(Kind.CORRUPT, Part.WEIGHTS);
  }

  @Test
  void leavesFilesAloneThatItDoesNotList() throws IOException {
    Archives.write(shop(), 7);
    Files.writeString(shop().resolve("report.html"), "mine");
    Files.createDirectory(shop().resolve("checkpoints"));
    Archives.write(shop(), 8);
    assertThat(Archives.generation(shop())).isEqualTo(8);
    assertThat(shop().resolve("report.html")).hasContent("mine");
    assertThat(shop().resolve("checkpoints")).isDirectory();
  }

  @Test
  void doesNotOverwriteAFileThatHappensToHaveAPartsName() throws IOException {
    Files.createDirectories(shop());
    Files.writeString(shop().resolve(Part.CONFIG), "mine");
    Archives.write(shop(), 7);
    Archives.write(shop(), 8);
    assertThat(Archives.generation(shop())).isEqualTo(8);
    assertThat(shop().resolve(Part.CONFIG)).hasContent("mine");
  }

  @Test
  void removesWhatItReplaces() throws IOException {
    Archives.write(shop(), 1);
    int files = names().size();
    for (int generation = 2; generation < 6; generation++) {
      Archives.write(shop(), generation);
      assertThat(names()).hasSize(files);
    }
  }

  @Test
  void showsTheStateAtOpeningWhileItIsReplaced() {
    Archives.write(shop(), 1);
    try (Archive archive = Archive.open(shop(), Verification.ON_USE)) {
      MappedRows rows = archive.tensors(Part.TABLES).tensor("user").map();
      Archives.write(shop(), 2);
      float[] row = new float[4];
      rows.copy(4, row, 0);
      assertThat(row).containsExactly(1, 1, 1, 1);
      assertThat(archive.text(Part.SCHEMA)).contains("1");
      assertThat(archive.origin().seed()).isEqualTo(1);
    }
    assertThat(Archives.generation(shop())).isEqualTo(2);
  }

  @Test
  void hashesAPartAtItsFirstUseIfAsked() throws IOException {
    Archives.write(shop(), 7);
    Path file = shop().resolve(Part.WEIGHTS);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    try (Archive archive = Archive.open(shop(), Verification.ON_USE)) {
      assertThat(archive.text(Part.SCHEMA)).contains("7");
      assertThatThrownBy(() -> archive.tensors(Part.WEIGHTS))
          .isInstanceOf(ArchiveException.class)
          .hasMessageContaining(Part.WEIGHTS);
      assertThatThrownBy(() -> archive.bytes(Part.WEIGHTS)).isInstanceOf(ArchiveException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 2, 99})
  void tellsOlderFromNewer(int version) throws IOException {
    Archives.write(shop(), 7);
    Manifest manifest = Manifest.read(shop(), Archive.FORMAT);
    byte[] other =
        new Manifest("tandem-archive", version, manifest.origin(), manifest.parts()).bytes();
    Files.write(shop().resolve("manifest.json"), other);
    assertRefused(version < 1 ? Kind.TOO_OLD : Kind.TOO_NEW, Integer.toString(version));
    // Nor may training overwrite what it cannot read.
    assertThatThrownBy(() -> Archives.write(shop(), 8)).isInstanceOf(ArchiveException.class);
    assertThat(Files.readAllBytes(shop().resolve("manifest.json"))).isEqualTo(other);
  }

  @Test
  void refusesWhatIsNoArchive() throws IOException {
    assertRefused(Kind.NOT_AN_ARCHIVE, "no such directory");
    Files.createDirectories(shop());
    assertRefused(Kind.NOT_AN_ARCHIVE, "manifest.json");
    Files.writeString(shop().resolve("manifest.json"), "{\"name\": \"a web page\", \"icons\": []}");
    assertRefused(Kind.NOT_AN_ARCHIVE, "something else");
    byte[] checkpoint = new Manifest("tandem-checkpoint", 1, Map.of(), Map.of()).bytes();
    Files.write(shop().resolve("manifest.json"), checkpoint);
    assertRefused(Kind.NOT_AN_ARCHIVE, "tandem-checkpoint");
    Path onnx = directory.resolve("shop.onnx");
    Files.write(onnx, new byte[] {8, 9, 18, 6});
    assertThat(catchThrowableOfType(ArchiveException.class, () -> Archive.open(onnx)).kind())
        .isEqualTo(Kind.NOT_AN_ARCHIVE);
  }

  @Test
  void refusesAManifestThatPointsOutOfItsDirectory() throws IOException {
    Archives.write(shop(), 7);
    Manifest manifest = Manifest.read(shop(), Archive.FORMAT);
    Files.copy(shop().resolve(Part.SCHEMA), directory.resolve("outside.json"));
    Map<String, Manifest.Entry> parts = new java.util.LinkedHashMap<>(manifest.parts());
    Manifest.Entry entry = java.util.Objects.requireNonNull(manifest.parts().get(Part.SCHEMA));
    parts.put(Part.SCHEMA, new Manifest.Entry("../../outside.json", entry.size(), entry.sha256()));
    Files.write(
        shop().resolve("manifest.json"),
        new Manifest("tandem-archive", 1, manifest.origin(), parts).bytes());
    assertRefused(Kind.CORRUPT, Part.SCHEMA);
  }

  @Test
  void keepsThePreviousArchiveWhenTheContentFails() throws IOException {
    Archives.write(shop(), 1);
    List<String> before = names();
    Origin origin = new Origin("c", "r", 2, "d");
    assertThatThrownBy(
            () ->
                ArchiveWriter.write(
                    shop(),
                    origin,
                    parts -> {
                      parts.text(Part.SCHEMA, "half");
                      throw new IOException("the source ended");
                    }))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("the source ended");
    assertThatThrownBy(
            () -> ArchiveWriter.write(shop(), origin, parts -> parts.text(Part.SCHEMA, "alone")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Part.WEIGHTS);
    assertThatThrownBy(
            () -> ArchiveWriter.write(shop(), origin, parts -> parts.text("../x", "out")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(names()).isEqualTo(before);
    assertThat(Archives.generation(shop())).isEqualTo(1);

    Path fresh = directory.resolve("fresh");
    assertThatThrownBy(
            () -> ArchiveWriter.write(fresh, origin, parts -> parts.text(Part.SCHEMA, "alone")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(fresh).doesNotExist();
  }

  @Test
  void aSecondWriterIsToldWhoWorksThere() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> first =
          thread.submit(
              () ->
                  ArchiveWriter.write(
                      shop(),
                      new Origin("c", "r", 1, "d"),
                      parts -> {
                        Archives.content(parts, 1, 5);
                        writing.countDown();
                        await(finish);
                      }));
      writing.await();
      assertThatThrownBy(() -> Archives.write(shop(), 2))
          .isInstanceOfSatisfying(
              ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE))
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining(".lock");
      finish.countDown();
      first.get();
    } finally {
      finish.countDown();
      thread.shutdown();
    }
    assertThat(Archives.generation(shop())).isEqualTo(1);
    Archives.write(shop(), 3);
    assertThat(Archives.generation(shop())).isEqualTo(3);
  }

  @Test
  void readersSeeAWholeArchiveWhileItIsReplacedAgainAndAgain() throws Exception {
    Archives.write(shop(), 0);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> writer =
          thread.submit(
              () -> {
                for (int generation = 1; generation <= 60; generation++) {
                  Archives.write(shop(), generation);
                }
              });
      int last = 0;
      while (!writer.isDone()) {
        int seen = Archives.generation(shop());
        assertThat(seen).isGreaterThanOrEqualTo(last);
        last = seen;
      }
      writer.get();
    } finally {
      thread.shutdown();
    }
    assertThat(Archives.generation(shop())).isEqualTo(60);
  }

  private void assertRefused(Kind kind, String naming) {
    ArchiveException error =
        catchThrowableOfType(ArchiveException.class, () -> Archive.open(shop()));
    assertThat(error).isNotNull();
    assertThat(error.kind()).as(error.getMessage()).isEqualTo(kind);
    assertThat(error).hasMessageContaining(naming).hasMessageContaining("shop");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(shop())) {
      return new ArrayList<>(files.map(p -> p.getFileName().toString()).sorted().toList());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
