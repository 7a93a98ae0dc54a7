package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.config.DataConfig;
import dev.tandem.config.Part;
import dev.tandem.config.Rejects;
import dev.tandem.config.Source;
import dev.tandem.config.Split;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.MultiIdFeature;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KuairandTest {
  @Test
  void joinsImpressionsWithUsersVideosAndHistories(@TempDir Path cache) {
    Optional<Path> folder = Configs.realData("kuairand");
    assumeTrue(folder.isPresent(), "kuairand is not there: set TANDEM_DATA");
    Part rows =
        Configs.sql(
            "SELECT i.*, u.* EXCLUDE (user_id), v.author_id, v.video_type, v.tags, h.watched FROM interactions i"
                + " LEFT JOIN users u USING (user_id) LEFT JOIN videos v USING (video_id) LEFT JOIN histories h USING (user_id)");
    DataConfig data =
        Configs.with(
            Configs.split(
                rows,
                new Split.Time(
                    "date",
                    Optional.of("20220505"),
                    Optional.of("20220507"),
                    Optional.empty(),
                    Optional.empty())),
            Map.of(
                "interactions", source(folder.get(), "interactions"),
                "users", source(folder.get(), "users"),
                "videos", source(folder.get(), "videos"),
                "histories", source(folder.get(), "histories")),
            Map.of(),
            Configs.FORMAT,
            new Rejects(0, 0));
    Table videos = new Table("video", 8, 2, 0);
    Schema schema =
        new Schema(
            List.<Feature>of(
                new IdFeature("video_id", "video_id", videos, Side.ITEM),
                Configs.id("user_id", 2),
                Configs.id("author_id", 2),
                Configs.id("user_active_degree", 1),
                Configs.id("onehot_feat3", 2),
                Configs.number("duration_ms"),
                new MultiIdFeature(
                    "tags",
                    "tags",
                    Optional.of(","),
                    Optional.empty(),
                    Pooling.MEAN,
                    0,
                    Table.whole("tags", 8),
                    Side.ITEM),
                new SequenceFeature(
                    "watched",
                    List.of(new SequenceFeature.Step("watched", "video_id", videos)),
                    SequenceFeature.Combine.SUM,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    20,
                    SequenceFeature.Order.OLDEST_FIRST,
                    Side.USER)),
            List.of(
                Task.binary("click", "is_click"),
                Task.binary("long_view", "long_view"),
                Task.binary("like", "is_like"),
                Task.binary("profile_enter", "is_profile_enter")),
            Optional.of("user_id"),
            Optional.empty());
    PreparedData prepared =
        new Ingest(cache, Configs.LIMITS, Progress.SILENT).prepare(data, schema);
    long total = prepared.summaries().values().stream().mapToLong(PartSummary::rows).sum();
    assertThat(total).isEqualTo(222_863);
    assertThat(prepared.summaries()).containsOnlyKeys("train", "validation", "test");
    assertThat(prepared.summary("train").labels("click").positives()).isPositive();
    assertThat(prepared.preprocessor().tables())
        .anySatisfy(
            t -> {
              assertThat(t.name()).isEqualTo("video");
              assertThat(t.rows()).isGreaterThan(1000);
            });
  }

  private static Source source(Path folder, String name) {
    return new Source(List.of(folder.resolve(name + ".parquet").toString()), Optional.empty());
  }
}
