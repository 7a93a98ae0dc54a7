package dev.tandem.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeChatTest {
  private static final String FEEDS =
      """
      feedid,authorid,videoplayseconds,bgm_song_id,bgm_singer_id,description,manual_keyword_list,manual_tag_list
      10,1,7,3.0,4.0,1 2 3,5;6,9
      11,2,60,,,,,
      """;

  @TempDir Path dir;

  @BeforeEach
  void writeFeeds() throws IOException {
    Files.writeString(dir.resolve("feed_info.csv"), FEEDS);
  }

  /** Columns in another order than the contest's, one of them unknown. */
  private void actions(String... rows) throws IOException {
    Files.writeString(
        dir.resolve("user_action.csv"),
        "feedid,userid,date_,stay,play,device,new,favorite,follow,comment,forward,click_avatar,like,read_comment\n"
            + String.join("\n", rows)
            + "\n");
  }

  @Test
  void readsColumnsByNameAndSplitsByDay() throws IOException {
    actions(
        "10,1,1,9,9,2,x,0,0,0,0,0,0,1",
        "11,1,13,9,9,2,x,0,0,0,0,1,0,0",
        "12,2,14,9,9,1,x,0,0,0,0,0,1,0");
    ImportReport report =
        new WeChat().read(dir, dir.resolve("out"), ImportOptions.standard(), n -> {});
    assertThat(report.rows())
        .containsEntry("train", 1L)
        .containsEntry("validation", 1L)
        .containsEntry("test", 1L);
    assertThat(
            Parquet.read(
                dir,
                "SELECT concat_ws(',', userid, feedid, device, authorid, bgm_song_id, bgm_singer_id, duration_bucket, manual_keyword_list, manual_tag_list, read_comment, \"like\") FROM '%s/out/train.parquet'"))
        .containsExactly("1,10,2,1,3,4,8,5;6,9,1,0");
    assertThat(
            Parquet.read(
                dir,
                "SELECT (bgm_song_id IS NULL AND manual_tag_list IS NULL AND click_avatar = 1) FROM '%s/out/validation.parquet'"))
        .containsExactly("true");
    assertThat(Parquet.read(dir, "SELECT authorid IS NULL FROM '%s/out/test.parquet'"))
        .containsExactly("true");
    assertThat(report.counts()).containsEntry("exposures of videos without features, kept", 1L);
    assertThat(
            Parquet.read(
                dir, "SELECT column_name FROM (DESCRIBE SELECT * FROM '%s/out/train.parquet')"))
        .doesNotContain("play", "stay");
  }

  @Test
  void keepsTheLastOfRepeatedExposures() throws IOException {
    actions(
        "10,1,1,9,9,2,x,0,0,0,0,0,0,1",
        "10,1,2,9,9,2,x,0,0,0,0,0,1,0",
        "11,1,2,9,9,2,x,0,0,0,0,0,0,0");
    new WeChat().read(dir, dir.resolve("out"), ImportOptions.standard().with("dedup"), n -> {});
    assertThat(
            Parquet.read(
                dir,
                "SELECT feedid || ' ' || \"like\" || read_comment FROM '%s/out/train.parquet'"))
        .containsExactly("10 10", "11 00");
  }

  @Test
  void historyCountsTheFiveDaysBeforeAndNeverTheDayItself() throws IOException {
    actions(
        "10,1,1,9,9,2,x,0,0,0,0,0,1,0",
        "11,1,2,9,9,2,x,0,0,0,0,0,1,0",
        "11,1,3,9,9,2,x,0,0,0,0,0,1,0",
        "11,1,7,9,9,2,x,0,0,0,0,0,0,0",
        "10,2,3,9,9,2,x,0,0,0,0,0,0,0");
    new WeChat().read(dir, dir.resolve("out"), ImportOptions.standard().with("history"), n -> {});
    assertThat(
            Parquet.read(
                dir, "SELECT round(exp(userid_like) - 1)::INT FROM '%s/out/train.parquet'"))
        .containsExactly("0", "1", "2", "2", "0");
    assertThat(
            Parquet.read(
                dir, "SELECT round(exp(feedid_like) - 1)::INT FROM '%s/out/train.parquet'"))
        .containsExactly("0", "0", "1", "2", "1");
  }

  @Test
  void malformedRowsAreSetAsideAndMissingColumnsNamed() throws IOException {
    actions(
        "10,1,1,9,9,2,x,0,0,0,0,0,0,1",
        "10,1,1,9,9,2,x,0,0,0,0,0,7,1",
        "10,one,1,9,9,2,x,0,0,0,0,0,0,1",
        "10,1");
    ImportReport report =
        new WeChat().read(dir, dir.resolve("out"), ImportOptions.standard(), n -> {});
    assertThat(report.malformed()).isEqualTo(3);
    assertThat(Files.readString(dir.resolve("out/rejects.tsv")))
        .contains("user_action.csv\t3\tlike: found '7', allowed 0 and 1")
        .contains("user_action.csv\t4\tuserid: found 'one', needed a whole number")
        .contains("user_action.csv\t5\tfound 2 columns, none for date_");
    Files.writeString(dir.resolve("user_action.csv"), "userid,feedid\n1,2\n");
    assertThatThrownBy(
            () -> new WeChat().read(dir, dir.resolve("out"), ImportOptions.standard(), n -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column [date_, device,")
        .hasMessageContaining("found [userid, feedid]");
  }

  @Test
  void readsTheSample() throws IOException {
    Path sample = Samples.of("wechat-2021");
    Path raw = Files.createDirectories(dir.resolve("raw"));
    Files.copy(sample.resolve("user_action_mini.csv"), raw.resolve("user_action.csv"));
    Files.copy(sample.resolve("feed_info_mini.csv"), raw.resolve("feed_info.csv"));
    ImportReport report =
        new WeChat()
            .read(raw, dir.resolve("out"), ImportOptions.standard().with("random"), n -> {});
    assertThat(report.rows().values().stream().mapToLong(n -> n).sum()).isEqualTo(99);
    assertThat(report.malformed()).isZero();
    assertThat(report.rows().get("train")).isBetween(65L, 92L);
  }

  @Test
  void quotedValuesMayHoldCommasAndQuotes() throws Exception {
    assertThat(Csv.split("a,\"b,c\",\"d\"\"e\",")).isEqualTo(List.of("a", "b,c", "d\"e", ""));
    assertThatThrownBy(() -> Csv.split("a,\"b")).isInstanceOf(Malformed.class);
  }
}
