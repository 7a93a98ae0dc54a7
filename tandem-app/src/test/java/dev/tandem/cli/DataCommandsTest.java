package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.config.Column;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.Resolution;
import dev.tandem.config.Resolver;
import dev.tandem.config.RunReader;
import dev.tandem.schema.Table;
import dev.tandem.train.ComponentCatalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that make data: what they print, and that their configurations fit their files. */
class DataCommandsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "standard",
        "demo",
        "conflict",
        "confounded",
        "sequences",
        "events",
        "sparse",
        "regression",
        "pairs"
      })
  void everyPresetWritesAConfigurationThatFitsItsFiles(String preset) throws SQLException {
    assertThat(run("simulate", "--preset", preset, "--rows", "2000", "--out", dir.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("tandem train " + dir.resolve("run.yaml"));
    Resolution resolution = fits(dir);
    assertThat(resolution.schema().tasks()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(resolution.schema().features()).isNotEmpty();
    assertThat(resolution.schema().tables().stream().map(Table::dim).distinct())
        .as("one width, so that the configuration takes every bottom and body")
        .hasSizeLessThanOrEqualTo(1);
  }

  private static Resolution fits(Path directory) throws SQLException {
    LoadedRun run =
        RunReader.ofProcess(ComponentCatalog.all(), Optional.empty())
            .read(directory.resolve("run.yaml"), List.of());
    List<Column> columns = new ArrayList<>();
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = db.createStatement();
        ResultSet result =
            statement.executeQuery(
                "DESCRIBE SELECT * FROM '" + directory.resolve("train.parquet") + "'")) {
      while (result.next()) {
        columns.add(new Column(result.getString(1), result.getString(2)));
      }
    }
    return Resolver.resolve(run.config(), columns);
  }

  @Test
  void simulatePrintsWhatIsAttainable() throws IOException {
    assertThat(
            run(
                "simulate",
                "--rows",
                "3000",
                "--seed",
                "5",
                "--set",
                "confounding=0.5",
                "--set",
                "noise=0.1",
                "--out",
                dir.toString(),
                "--json"))
        .isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/simulation/rows").asLong()).isEqualTo(3000);
    assertThat(json.at("/simulation/confounding").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/simulation/noise").asDouble()).isEqualTo(0.1);
    assertThat(json.at("/tasks/click/test/auc").asDouble()).isBetween(0.6, 1.0);
    assertThat(json.at("/test_rows").asLong()).isEqualTo(300);
    JsonNode file = new ObjectMapper().readTree(Files.readString(dir.resolve("simulation.json")));
    assertThat(file.at("/tasks")).isEqualTo(json.at("/tasks"));
  }

  @Test
  void anImpossibleSimulationIsWrongUsage() {
    assertThat(run("simulate", "--rows", "5", "--out", dir.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("(rows): expected a whole number from 1000 to 2000000000, found 5");
    assertThat(run("simulate", "--preset", "huge", "--out", dir.toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("simulate", "--preset", "pairs", "--set", "noise=1", "--out", dir.toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--set: found [noise=1], but --preset pairs");
  }

  @Test
  void listsTheDataSetsWithTheirLicences() throws IOException {
    assertThat(run("data", "list")).isZero();
    assertThat(out.toString())
        .contains("criteo", "ali-ccp", "wechat-2021", "aliexpress", "licence", "recipe   aitm");
    out.getBuffer().setLength(0);
    assertThat(run("data", "list", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).at("/data_sets/1/files").size())
        .isEqualTo(4);
  }

  @Test
  void importsAndSaysHowManyLinesWereMalformed() throws IOException, SQLException {
    String row = "1\t5" + "\t".repeat(12) + "\t68fd1e64".repeat(26);
    Files.writeString(dir.resolve("train.txt"), (row + "\n").repeat(100) + "broken\n");
    Path to = dir.resolve("out");
    assertThat(
            run(
                "data",
                "import",
                "criteo",
                "--from",
                dir.toString(),
                "--out",
                to.toString(),
                "--recipe",
                "time",
                "--json"))
        .as(err.toString())
        .isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/malformed").asInt()).isEqualTo(1);
    assertThat(
            json.at("/rows/train").asInt()
                + json.at("/rows/validation").asInt()
                + json.at("/rows/test").asInt())
        .isEqualTo(100);
    assertThat(fits(to).schema().tasks()).hasSize(1);
    assertThat(
            run(
                "data",
                "import",
                "criteo",
                "--from",
                dir.toString(),
                "--out",
                to.toString(),
                "--strict"))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString()).contains("train.txt:101: found 1 columns, needed 40");
  }

  @Test
  void theConfigurationsOfTheOtherImportsFitTheirFilesToo() throws IOException, SQLException {
    Path raw = Files.createDirectories(dir.resolve("raw"));
    for (String side : List.of("train", "test")) {
      Files.writeString(
          raw.resolve("common_features_" + side + ".csv"), "k,1,101\u00025\u00031.0\n");
      Files.writeString(
          raw.resolve("sample_skeleton_" + side + ".csv"), "1,1,0,k,1,205\u00027\u00031.0\n");
    }
    for (String recipe : List.of("weighted", "rechub", "aitm")) {
      Path to = dir.resolve(recipe);
      assertThat(
              run(
                  "data",
                  "import",
                  "ali-ccp",
                  "--from",
                  raw.toString(),
                  "--out",
                  to.toString(),
                  "--recipe",
                  recipe))
          .isZero();
      assertThat(fits(to).schema().tasks()).hasSize(2);
    }
    Files.writeString(
        raw.resolve("user_action.csv"),
        "userid,feedid,date_,device,read_comment,comment,like,play,stay,click_avatar,forward,follow,favorite\n8,7,1,1,0,0,1,5,5,0,0,0,0\n");
    Files.writeString(
        raw.resolve("feed_info.csv"),
        "feedid,authorid,videoplayseconds,bgm_song_id,bgm_singer_id,manual_keyword_list,manual_tag_list\n7,1,9,,,1;2,3\n");
    for (String recipe : List.of("days", "history")) {
      Path to = dir.resolve(recipe);
      assertThat(
              run(
                  "data",
                  "import",
                  "wechat-2021",
                  "--from",
                  raw.toString(),
                  "--out",
                  to.toString(),
                  "--recipe",
                  recipe))
          .isZero();
      assertThat(fits(to).schema().tasks()).hasSize(7);
      assertThat(out.toString()).contains("No rows for validation and test").contains("--recipe");
    }
  }

  @Test
  void anUnknownDataSetIsWrongUsage() {
    assertThat(run("data", "import", "movielens", "--from", ".", "--out", dir.toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains(
            "Unknown data set 'movielens'; known are [criteo, ali-ccp, wechat-2021, aliexpress]");
    assertThat(run("data")).isEqualTo(ExitCode.USAGE);
  }

  private int run(String... args) {
    CommandLine line = new CommandLine(new TandemCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return Main.run(line, args);
  }
}
