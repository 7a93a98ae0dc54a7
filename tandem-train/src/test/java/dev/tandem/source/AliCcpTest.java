package dev.tandem.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AliCcpTest {
  @TempDir Path dir;

  /** Every joined row, by a join in a hash map over split strings. */
  @Test
  void joinsAsAHashMapWould() throws IOException {
    new RawAliCcp(3).write(dir.resolve("raw"), 2000, 100, 3);
    ImportReport report =
        new AliCcp()
            .read(dir.resolve("raw"), dir.resolve("out"), ImportOptions.standard(), n -> {});
    assertThat(report.malformed()).isZero();

    Map<String, Map<String, List<String>>> common = new HashMap<>();
    for (String line : Files.readAllLines(dir.resolve("raw/common_features_train.csv"))) {
      String[] columns = line.split(",", 3);
      common.put(columns[0], features(columns[2]));
    }
    List<String> expected = new ArrayList<>();
    long impossible = 0;
    for (String line : Files.readAllLines(dir.resolve("raw/sample_skeleton_train.csv"))) {
      String[] columns = line.split(",", 6);
      if (columns[1].equals("0") && columns[2].equals("1")) {
        impossible++;
        continue;
      }
      Map<String, List<String>> all = new HashMap<>(features(columns[5]));
      all.putAll(common.getOrDefault(columns[3], Map.of()));
      StringBuilder row = new StringBuilder(columns[1] + " " + columns[2]);
      for (String field : List.of("101", "127", "205", "301", "109_14", "127_14", "210", "853")) {
        List<String> values = all.getOrDefault(field, List.of());
        row.append(' ').append(field).append('=');
        if (values.isEmpty()) {
          row.append("null");
        } else {
          row.append(
              AliCcpFields.MULTI.contains(field)
                  ? String.join("|", values)
                  : values.get(values.size() - 1).split(":", -1)[0]);
        }
      }
      expected.add(row.toString());
    }
    assertThat(report.counts().get("purchase without click, left out"))
        .isGreaterThanOrEqualTo(impossible)
        .isPositive();
    assertThat(report.counts().get("impressions without common features, kept")).isPositive();
    List<String> found =
        Parquet.read(
            dir,
            "SELECT click || ' ' || purchase || ' 101=' || coalesce(f101::VARCHAR, 'null') || ' 127=' || coalesce(f127::VARCHAR, 'null')"
                + " || ' 205=' || f205 || ' 301=' || f301 || ' 109_14=' || coalesce(f109_14, 'null') || ' 127_14=' || coalesce(f127_14, 'null')"
                + " || ' 210=' || coalesce(f210, 'null') || ' 853=' || coalesce(f853, 'null') FROM '%s/out/train.parquet'");
    assertThat(found).containsExactlyElementsOf(expected);
    assertThat(report.rows("validation", "test")).isBetween(1900L, 2000L);
    assertThat(report.rows().get("validation")).isBetween(850L, 1150L);
  }

  private static Map<String, List<String>> features(String list) {
    Map<String, List<String>> all = new HashMap<>();
    for (String feature : list.split("\u0001", -1)) {
      String[] field = feature.split("\u0002", -1);
      all.computeIfAbsent(field[0], f -> new ArrayList<>()).add(field[1].replace("\u0003", ":"));
    }
    return all;
  }

  @Test
  void recipesDifferAsTheySay() throws IOException {
    new RawAliCcp(4).write(dir.resolve("raw"), 3000, 80, 3);
    ImportReport aitm =
        new AliCcp()
            .read(
                dir.resolve("raw"),
                dir.resolve("aitm"),
                ImportOptions.standard().with("aitm"),
                n -> {});
    ImportReport rechub =
        new AliCcp()
            .read(
                dir.resolve("raw"),
                dir.resolve("rechub"),
                ImportOptions.standard().with("rechub"),
                n -> {});
    assertThat(
            Parquet.read(
                dir, "SELECT count(*) FROM (DESCRIBE SELECT * FROM '%s/aitm/train.parquet')"))
        .containsExactly("20");
    assertThat(
            Parquet.read(
                dir, "SELECT count(*) FROM (DESCRIBE SELECT * FROM '%s/rechub/train.parquet')"))
        .containsExactly("33");
    long aitmTrain = aitm.rows("train", "validation");
    assertThat(aitmTrain).isEqualTo(rechub.rows().get("train"));
    assertThat(aitm.rows().get("validation")).isBetween(aitmTrain / 14, aitmTrain / 7);
    assertThat(aitm.rows().get("test")).isEqualTo(rechub.rows("validation", "test"));
    assertThat(Parquet.read(dir, "SELECT typeof(f210) FROM '%s/rechub/train.parquet' LIMIT 1"))
        .containsExactly("BIGINT");
    assertThat(
            Parquet.read(
                dir, "SELECT min(d109_14) || ' ' || max(d109_14) FROM '%s/rechub/train.parquet'"))
        .containsExactly("0.0 1.0");
    assertThat(dir.resolve("aitm/run.yaml"))
        .content()
        .contains("min_count: 12")
        .doesNotContain("multi_ids");
    assertThat(dir.resolve("rechub/run.yaml")).content().contains("\"d*\": [standardise]");
  }

  @Test
  void commonFeaturesWinOverTheSkeletonAndTheLastRepeatedKeyWins() throws IOException {
    Path raw = Files.createDirectories(dir.resolve("raw"));
    for (String side : List.of("train", "test")) {
      Files.writeString(
          raw.resolve("common_features_" + side + ".csv"),
          "k,1,101\u00025\u00031.0\nk,1,101\u00026\u00031.0\n");
      Files.writeString(
          raw.resolve("sample_skeleton_" + side + ".csv"),
          "1,1,0,k,2,101\u00029\u00031.0\u0001205\u00027\u00031.0\n2,1,0,none,1,101\u00029\u00031.0\n");
    }
    ImportReport report =
        new AliCcp().read(raw, dir.resolve("out"), ImportOptions.standard(), n -> {});
    assertThat(
            Parquet.read(
                dir,
                "SELECT f101 || '-' || coalesce(f205::VARCHAR, 'null') FROM '%s/out/train.parquet'"))
        .containsExactly("6-7", "9-null");
    assertThat(report.counts())
        .containsEntry("repeated keys of common features, the last line counts", 2L);
  }

  @Test
  void malformedLinesAreSetAside() throws IOException {
    Path raw = dir.resolve("raw");
    new RawAliCcp(5).write(raw, 50, 10, 1);
    Path skeleton = raw.resolve("sample_skeleton_train.csv");
    String good = Files.readString(skeleton);
    Files.writeString(
        skeleton,
        good
            + "51,1,0,key\n"
            + "52,3,0,key,1,205\u00021\u00031.0\n"
            + "53,1,0,key,1,205\u00031.0\n"
            + "54,1,0,key,1,205\u0002x\u00031.0\n"
            + "55,1,0,key,1,205\u00021\u0003heavy\n"
            + "56,1,0,key,1,205\u00021\u00031.0\u0001\n");
    ImportReport report =
        new AliCcp().read(raw, dir.resolve("out"), ImportOptions.standard(), n -> {});
    assertThat(report.malformed()).isEqualTo(6);
    assertThat(
            Files.readAllLines(dir.resolve("out/rejects.tsv")).stream()
                .map(l -> l.split("\t", -1)[1] + " " + l.split("\t", -1)[2]))
        .containsExactly(
            "line reason",
            "51 found 4 columns, needed 6",
            "52 click: found '3', allowed 0 and 1",
            "53 field id '205\\x031.0' is not followed by its separator",
            "54 feature id: found 'x', needed a whole number",
            "55 weight: found 'heavy', needed a number",
            "56 the feature list ends with a separator");
    assertThatThrownBy(
            () ->
                new AliCcp()
                    .read(raw, dir.resolve("strict"), new ImportOptions("", true, 512), n -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("sample_skeleton_train.csv:51:");
  }

  /**
   * Both the common features and the joined rows are several times larger than the process's heap.
   */
  @Test
  void joinsWhatDoesNotFitIntoMemory() throws IOException, InterruptedException {
    Path raw = dir.resolve("raw");
    new RawAliCcp(6).write(raw, 8_000, 12_000, 80);
    int megabytes = 32;
    assertThat(Files.size(raw.resolve("common_features_train.csv")))
        .isGreaterThan(2L * 1024 * 1024 * megabytes);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + megabytes + "m",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeap.class.getName(),
                raw.toString(),
                dir.resolve("tight").toString(),
                String.valueOf(megabytes))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    ImportReport ample =
        new AliCcp().read(raw, dir.resolve("ample"), ImportOptions.standard(), n -> {});
    assertThat(ample.counts()).containsEntry("divisions of the join", 2L);
    assertThat(said)
        .contains(
            "divisions of the join="
                + 2
                    * (Files.size(raw.resolve("common_features_train.csv")) / (megabytes * 262_144L)
                        + 1));
    for (String part : List.of("train", "validation", "test")) {
      // Divisions come one after the other, so only the order of the rows may differ.
      String rows =
          "SELECT count(*) || ' ' || bit_xor(hash(t)) || ' ' || sum(hash(t)) FROM '%s/"
              + part
              + ".parquet' t";
      assertThat(Parquet.read(dir.resolve("tight"), rows))
          .isEqualTo(Parquet.read(dir.resolve("ample"), rows));
    }
  }
}
