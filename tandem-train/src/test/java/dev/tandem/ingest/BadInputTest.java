package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.config.DataConfig;
import dev.tandem.config.Format;
import dev.tandem.config.Rejects;
import dev.tandem.feature.DataException;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadInputTest {
  @TempDir private Path directory;

  private static final Schema SCHEMA =
      Configs.schema(
          List.of(Configs.id("city", 1), Configs.number("price")), Task.binary("click", "click"));

  private PreparedData prepare(DataConfig data) {
    return prepare(data, SCHEMA);
  }

  private PreparedData prepare(DataConfig data, Schema schema) {
    return new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT)
        .prepare(data, schema);
  }

  private DataConfig text(String name, String content) throws IOException {
    return Configs.data(Configs.files(Files.writeString(directory.resolve(name), content)));
  }

  private DataConfig parquet(String name, String query) {
    return Configs.data(
        Configs.files(DuckFiles.write(directory.resolve(name), query, "FORMAT parquet")));
  }

  /** One clear error that names what it must, and nothing left behind. */
  private void fails(ThrowingCallable call, String... words) {
    assertThatThrownBy(call).isInstanceOf(DataException.class).hasMessageContainingAll(words);
    try (Stream<Path> left =
        Files.exists(directory.resolve("cache"))
            ? Files.list(directory.resolve("cache"))
            : Stream.of()) {
      assertThat(left.map(p -> String.valueOf(p.getFileName()))).containsOnly(".lock");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void missingAndEmptyFiles() {
    fails(
        () -> prepare(Configs.data(Configs.files(directory.resolve("no.csv")))),
        "there is no file",
        "no.csv");
    fails(
        () -> prepare(Configs.data(Configs.files(directory.resolve("no-*.csv")))),
        "no file matches",
        "no-*.csv");
    fails(() -> prepare(text("empty.csv", "")), "empty.csv is empty");
    fails(() -> prepare(text("header.csv", "city,price,click\n")), "header.csv", "no rows");
    fails(() -> prepare(text("data.xls", "x")), "data.xls", ".parquet", "format");
    fails(() -> prepare(Configs.data(Configs.files(directory))), "is a directory");
  }

  @Test
  void damagedParquet() throws IOException {
    fails(() -> prepare(text("a.parquet", "this is not Parquet at all")), "a.parquet");
  }

  @Test
  void unknownColumns() {
    fails(
        () ->
            prepare(
                parquet(
                    "a.parquet",
                    "SELECT 'x' AS citi, 1.5 AS price, i % 2 AS click FROM range(10) r(i)")),
        "feature city",
        "no column city",
        "did you mean citi");
    fails(
        () ->
            prepare(
                parquet(
                    "b.parquet",
                    "SELECT 'x' AS city, 1.5 AS price, i % 2 AS clicked FROM range(10) r(i)")),
        "task click",
        "clicked");
  }

  @Test
  void aWrongHeaderInTheSecondFile() throws IOException {
    Files.writeString(directory.resolve("1.csv"), "city,price,click\na,1,0\nb,2,1\n");
    Files.writeString(directory.resolve("2.csv"), "city,cost,click\na,1,0\n");
    fails(
        () -> prepare(Configs.data(Configs.files(directory.resolve("?.csv")))),
        "wrong header",
        "2.csv",
        "cost",
        "price");
  }

  /** One line of wrong UTF-8 is a malformed line, wherever it stands. */
  @Test
  void aLineThatIsNoTextIsSetAside() throws IOException {
    byte[] rows = "a,1,0\nb,2,1\nc,3,0\n".repeat(10).getBytes(StandardCharsets.UTF_8);
    byte[] latin = "caf\u00e9,4,1\n".getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes("city,price,click\n".getBytes(StandardCharsets.UTF_8));
    text.writeBytes(rows);
    text.writeBytes(latin);
    text.writeBytes(rows);
    DataConfig data =
        Configs.data(
            Configs.files(Files.write(directory.resolve("latin.csv"), text.toByteArray())));
    PreparedData prepared =
        prepare(Configs.with(data, Map.of(), Map.of(), Configs.FORMAT, new Rejects(1, 0)));
    assertThat(prepared.train().rows()).isEqualTo(60);
    assertThat(Files.readString(prepared.directory().resolve("rejects.csv")))
        .contains("latin.csv\",32,");
  }

  @Test
  void aCompressedFileThatWasCutOff() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      Random random = new Random(1);
      out.write("city,price,click\n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 5000; i++) {
        out.write(("c" + random.nextInt() + ",1," + i % 2 + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] half = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
    Path file = Files.write(directory.resolve("cut.csv.gz"), half);
    fails(() -> prepare(Configs.data(Configs.files(file))), "cut.csv.gz cannot be read");
  }

  @Test
  void aHeaderWithANameTwice() throws IOException {
    fails(
        () -> prepare(text("twice.csv", "city,price,click,price\na,1,0,2\nb,2,1,3\n")),
        "twice.csv names columns twice: price",
        "header: false");
  }

  /** As in delimited text, for files whose columns have types of their own. */
  @Test
  void valuesThatDoNotFitADeclaredTypeAreSetAside() throws IOException {
    String query =
        "SELECT 'a' AS city, CASE i WHEN 3 THEN 'cheap' WHEN 5 THEN '' ELSE (i * 1.5)::VARCHAR END AS price,"
            + " i % 2 AS click FROM range(10) r(i)";
    for (String form : List.of("parquet", "jsonl")) {
      Path file =
          DuckFiles.write(
              directory.resolve("a." + form),
              query,
              form.equals("jsonl") ? "FORMAT json" : "FORMAT parquet");
      Format declared = types(Map.of("price", "DOUBLE"));
      DataConfig data = Configs.data(Configs.files(file));
      PreparedData prepared =
          prepare(Configs.with(data, Map.of(), Map.of(), declared, new Rejects(1, 0)));
      assertThat(prepared.train().rows()).as(form).isEqualTo(9);
      assertThat(prepared.rejected()).isEqualTo(1);
      assertThat(Files.readString(prepared.directory().resolve("rejects.csv")))
          .contains("a." + form + "\",4,\"column price is 'cheap', not DOUBLE");
      assertThatThrownBy(
              () ->
                  prepare(
                      Configs.with(
                          data,
                          Map.of(),
                          Map.of(),
                          types(Map.of("cost", "DOUBLE")),
                          new Rejects(0, 0))))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("format.types names cost, which is no column");
    }
  }

  private static Format types(Map<String, String> types) {
    Format plain = Configs.FORMAT;
    return new Format(
        plain.type(),
        plain.compression(),
        plain.header(),
        plain.columns(),
        plain.delimiter(),
        plain.quote(),
        plain.escape(),
        plain.nulls(),
        types);
  }

  /** Training and validation rows are tables of their own, so that the types may differ. */
  @Test
  void textAmongTheNumbersOfAnotherPartIsSetAside() throws IOException {
    String rows = "SELECT 'a' AS city, %s AS price, i %% 2 AS click FROM range(10) r(i)";
    Path validation =
        DuckFiles.write(
            directory.resolve("validation.parquet"),
            rows.formatted("CASE WHEN i = 6 THEN 'cheap' ELSE (i * 1.5)::VARCHAR END"),
            "FORMAT parquet");
    DataConfig data =
        Configs.data(
            parquet("train.parquet", rows.formatted("i * 1.5")).train().orElseThrow(),
            Optional.of(Configs.files(validation)),
            Optional.empty());
    fails(
        () -> prepare(Configs.with(data, Map.of(), Map.of(), Configs.FORMAT, new Rejects(0, 0))),
        "1 of 20 rows cannot be used");
    PreparedData prepared =
        prepare(Configs.with(data, Map.of(), Map.of(), Configs.FORMAT, new Rejects(1, 0)));
    assertThat(prepared.summary("train").rows()).isEqualTo(10);
    assertThat(prepared.summary("validation").rows()).isEqualTo(9);
    assertThat(Files.readString(prepared.directory().resolve("rejects.csv")))
        .contains("validation.parquet\",7,\"column price is 'cheap', not a number");
  }

  @Test
  void aColumnOfANewTypeInTheSecondFile() throws IOException {
    Files.writeString(directory.resolve("1.csv"), "city,price,click\na,1,0\nb,2,1\n");
    Files.writeString(directory.resolve("2.csv"), "city,price,click\na,cheap,0\nb,dear,1\n");
    fails(
        () -> prepare(Configs.data(Configs.files(directory.resolve("?.csv")))),
        "column price",
        "BIGINT",
        "1.csv",
        "VARCHAR",
        "2.csv");

    DuckFiles.write(
        directory.resolve("1.parquet"),
        "SELECT 'a' AS city, 1 AS price, 1 AS click",
        "FORMAT parquet");
    DuckFiles.write(
        directory.resolve("2.parquet"),
        "SELECT 'a' AS city, 'x' AS price, 1 AS click",
        "FORMAT parquet");
    fails(
        () -> prepare(Configs.data(Configs.files(directory.resolve("?.parquet")))),
        "column price",
        "INTEGER",
        "VARCHAR",
        "2.parquet");
  }

  @Test
  void aNumberThatIsText() throws IOException {
    fails(
        () -> prepare(text("a.csv", "city,price,click\na,cheap,0\nb,dear,1\n")),
        "feature price is numeric",
        "VARCHAR",
        "types");
  }

  @Test
  void labelsThatAreNone() {
    fails(
        () ->
            prepare(
                parquet(
                    "a.parquet",
                    "SELECT 'x' AS city, 1.5 AS price, i % 3 AS click FROM range(30) r(i)")),
        "task click",
        "10 labels",
        "2 (10 rows)",
        "0, 1 or null");
    fails(
        () ->
            prepare(
                parquet(
                    "b.parquet",
                    "SELECT 'x' AS city, 1.5 AS price, 'yes' AS click FROM range(30) r(i)")),
        "task click",
        "VARCHAR",
        "'yes' (30 rows)");
  }

  @Test
  void tasksThatCannotBeLearned() {
    fails(
        () ->
            prepare(
                parquet(
                    "a.parquet",
                    "SELECT 'x' AS city, 1.5 AS price, 0 AS click FROM range(30) r(i)")),
        "task click",
        "none of its 30 training labels is positive");
    fails(
        () ->
            prepare(
                parquet(
                    "b.parquet",
                    "SELECT 'x' AS city, 1.5 AS price, NULL::INTEGER AS click FROM range(30) r(i)")),
        "task click",
        "no training row has a label");
  }

  @Test
  void malformedRowsAreSetAside() throws IOException {
    StringBuilder csv = new StringBuilder("city,price,click\n");
    for (int i = 0; i < 5000; i++) {
      csv.append("city ")
          .append(i % 10)
          .append(',')
          .append(i % 100 / 4.0)
          .append(',')
          .append(i % 2)
          .append('\n');
      if (i == 2500) {
        csv.append("half a row\ncity 1,cheap,0\ncity 1,1,0,0,0\ncity 2,nan,1\ncity 3,inf,0\n");
      }
    }
    PreparedData prepared = prepare(text("a.csv", csv.toString()));
    assertThat(prepared.train().rows()).isEqualTo(5000);
    assertThat(prepared.read()).isEqualTo(5005);
    assertThat(prepared.rejected()).isEqualTo(5);
    String rejects = Files.readString(prepared.directory().resolve("rejects.csv"));
    assertThat(rejects)
        .contains(",2503,", "half a row", ",2504,", "cheap", "price is NaN", "price is Infinity");
    assertThat(
            Objects.requireNonNull(
                    prepared.preprocessor().fitted().moments().get("price.standardised"))
                .mean())
        .isBetween(12.3, 12.5);
  }

  @Test
  void tooManyMalformedRowsStopTheRun() throws IOException {
    StringBuilder csv = new StringBuilder("city,price,click\n");
    for (int i = 0; i < 5000; i++) {
      csv.append(i % 20 == 0 ? "broken\n" : "city," + i % 7 + "," + i % 2 + "\n");
    }
    DataConfig data = text("a.csv", csv.toString());
    fails(() -> prepare(data), "250 of 5000 rows cannot be used", "a.csv:2");
    DataConfig patient =
        Configs.with(data, Map.of(), Map.of(), Configs.FORMAT, new Rejects(250, 0));
    assertThat(prepare(patient).train().rows()).isEqualTo(4750);
  }

  @Test
  void malformedJsonLines() throws IOException {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      json.append(
          i == 100
              ? "{\"city\": \"x\", \n"
              : "{\"city\": \"c" + i % 3 + "\", \"price\": " + i + ", \"click\": " + i % 2 + "}\n");
    }
    PreparedData prepared = prepare(text("a.jsonl", json.toString()));
    assertThat(prepared.train().rows()).isEqualTo(199);
    assertThat(prepared.rejected()).isEqualTo(1);
    assertThat(Files.readString(prepared.directory().resolve("rejects.csv")))
        .contains(",101,", "not valid JSON");
  }

  @Test
  void anEmptyPart() {
    DataConfig data =
        parquet(
            "a.parquet", "SELECT 'x' AS city, 1.5 AS price, i % 2 AS click FROM range(30) r(i)");
    DataConfig never =
        Configs.data(
            data.train().orElseThrow(),
            java.util.Optional.of(
                Configs.from(
                    "train", 0.0, java.util.Optional.empty(), java.util.Optional.empty(), 1)),
            java.util.Optional.empty());
    fails(() -> prepare(never), "validation part has no rows", "holds for none of");
    DataConfig nothing =
        parquet("none.parquet", "SELECT 'x' AS city, 1.5 AS price, 1 AS click FROM range(0) r(i)");
    fails(() -> prepare(nothing), "train part has no rows: there are none in", "none.parquet");
  }

  @Test
  void aReadOnlyCache() throws IOException {
    Path file =
        Files.writeString(directory.resolve("cache"), "a file where the directory should be");
    DataConfig data =
        parquet(
            "a.parquet", "SELECT 'x' AS city, 1.5 AS price, i % 2 AS click FROM range(30) r(i)");
    assertThatThrownBy(() -> prepare(data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.toString());
  }
}
