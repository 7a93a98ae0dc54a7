package dev.tandem.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriteoTest {
  private static final String ROW =
      "0\t1\t-2\t\t7" + "\t3".repeat(9) + "\t68fd1e64".repeat(24) + "\t\t";

  @TempDir Path dir;

  @Test
  void readsTheSample() {
    ImportReport report =
        new Criteo().read(Samples.of("criteo"), dir, ImportOptions.standard(), n -> {});
    assertThat(report.malformed()).isZero();
    assertThat(report.rows().values().stream().mapToLong(n -> n).sum()).isEqualTo(1999);
    assertThat(report.rows().get("train")).isBetween(1500L, 1700L);
    assertThat(
            Parquet.read(
                dir,
                "SELECT count(*) FROM '%s/*.parquet' WHERE I5 = 1382 AND C1 = '68fd1e64' AND C22 IS NULL"))
        .containsExactly("1");
    assertThat(dir.resolve("rejects.tsv")).doesNotExist();
    assertThat(dir.resolve("run.yaml"))
        .content()
        .contains("I13: [log2_buckets]")
        .contains("min_count: 10");
    assertThat(dir.resolve(".import")).doesNotExist();
  }

  @Test
  void keepsEmptyAndNegativeValuesAndTheLastEmptyColumns() throws IOException {
    Files.writeString(dir.resolve("train.txt"), (ROW + "\r\n").repeat(10));
    ImportReport report =
        new Criteo().read(dir, dir.resolve("out"), ImportOptions.standard().with("time"), n -> {});
    assertThat(report.rows())
        .containsEntry("train", 8L)
        .containsEntry("validation", 1L)
        .containsEntry("test", 1L);
    assertThat(
            Parquet.read(
                dir,
                "SELECT DISTINCT I1 || ',' || I2 || ',' || coalesce(I3::VARCHAR, 'null') || ',' || C24 || ',' || coalesce(C25, 'null') || ',' || coalesce(C26, 'null') FROM '%s/out/*.parquet'"))
        .containsExactly("1,-2,null,68fd1e64,null,null");
  }

  @Test
  void setsMalformedLinesAsideWithFileAndLine() throws IOException {
    String bad =
        ROW
            + "\n"
            + "0\t1\t2\n"
            + ROW.replaceFirst("0", "2")
            + "\n"
            + ROW.replaceFirst("\t7", "\tx")
            + "\n"
            + ROW.replaceFirst("68fd1e64", "zzfd1e64")
            + "\n"
            + ROW
            + "\textra\n"
            + (ROW + "\n").repeat(5);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(dir.resolve("train.txt.gz")))) {
      out.write(bad.getBytes(StandardCharsets.UTF_8));
    }
    ImportReport report =
        new Criteo().read(dir, dir.resolve("out"), ImportOptions.standard(), n -> {});
    assertThat(report.malformed()).isEqualTo(5);
    assertThat(report.rows().values().stream().mapToLong(n -> n).sum()).isEqualTo(6);
    assertThat(Files.readAllLines(dir.resolve("out/rejects.tsv")))
        .hasSize(6)
        .anySatisfy(
            l ->
                assertThat(l)
                    .startsWith("train.txt.gz\t2\tfound 3 columns, needed 40\t0\\x091\\x092"))
        .anySatisfy(l -> assertThat(l).contains("\t3\tlabel: found '2', allowed 0 and 1"))
        .anySatisfy(l -> assertThat(l).contains("\t4\tI4: found 'x', needed a whole number"))
        .anySatisfy(
            l -> assertThat(l).contains("\t5\tC1: found 'zzfd1e64', needed 8 hexadecimal digits"))
        .anySatisfy(l -> assertThat(l).contains("\t6\tfound more columns, needed 40"));
  }

  @Test
  void strictStopsAtTheFirstAndLeavesNothing() throws IOException {
    Files.writeString(dir.resolve("train.txt"), ROW + "\nbroken\n");
    assertThatThrownBy(
            () ->
                new Criteo()
                    .read(dir, dir.resolve("out"), new ImportOptions("", true, 256), n -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train.txt:2: found 1 columns, needed 40");
    try (var left = Files.list(dir.resolve("out"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aWrongFileIsNotReadToItsEnd() throws IOException {
    Files.writeString(dir.resolve("train.txt"), "a,b,c\n".repeat(5000));
    assertThatThrownBy(
            () -> new Criteo().read(dir, dir.resolve("out"), ImportOptions.standard(), n -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Is this the right file?");
  }

  @Test
  void aMissingFileIsNamedWithWhatIsThere() throws IOException {
    Files.writeString(dir.resolve("other.txt"), "");
    assertThatThrownBy(
            () -> new Criteo().read(dir, dir.resolve("out"), ImportOptions.standard(), n -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no train.txt")
        .hasMessageContaining("found [other.txt");
    assertThatThrownBy(
            () -> new Criteo().read(dir, dir, ImportOptions.standard().with("best"), n -> {}))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> DataSet.named("movielens"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("criteo");
  }

  @Test
  void linesLongerThanTheBufferArriveWhole() throws Exception {
    String longLine = "x".repeat(300_000);
    Files.writeString(dir.resolve("long"), "a\n" + longLine + "\r\n\nlast");
    Line line = new Line();
    try (LineFile in = new LineFile(dir.resolve("long"))) {
      assertThat(in.next(line)).isTrue();
      assertThat(line.text()).isEqualTo("a");
      assertThat(in.next(line)).isTrue();
      assertThat(line.text()).isEqualTo(longLine);
      assertThat(in.next(line)).isTrue();
      assertThat(line.text()).isEmpty();
      assertThat(in.next(line)).isTrue();
      assertThat(line.text()).isEqualTo("last");
      assertThat(in.number()).isEqualTo(4);
      assertThat(in.next(line)).isFalse();
    }
  }
}
