package dev.tandem.source;

import dev.tandem.parquet.Column;
import dev.tandem.parquet.ColumnBuffer;
import dev.tandem.parquet.ColumnType;
import dev.tandem.parquet.ParquetWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * WeChat Big Data Challenge 2021, preliminary round: exposures of videos over 14 days with seven
 * behaviours, joined to the videos' features. Columns are found by name. How long a video was
 * played is an outcome and is left out.
 */
public record WeChat() implements DataSet {
  private static final List<String> BEHAVIOURS =
      List.of("read_comment", "like", "click_avatar", "forward", "comment", "follow", "favorite");
  private static final List<String> KEYS = List.of("userid", "feedid", "date_", "device");
  private static final List<String> FEED_NUMBERS =
      List.of("feedid", "authorid", "bgm_song_id", "bgm_singer_id", "videoplayseconds");
  private static final List<String> FEED_LISTS = List.of("manual_keyword_list", "manual_tag_list");
  private static final int WINDOW = 5;
  private static final long SEED = 2021;

  @Override
  public String name() {
    return "wechat-2021";
  }

  @Override
  public String title() {
    return "WeChat Big Data Challenge 2021: 7.3 M video exposures, seven behaviours";
  }

  @Override
  public String licence() {
    return "the contest's terms: research use by participants, not for redistribution";
  }

  @Override
  public String origin() {
    return "algo.weixin.qq.com, folder wechat_algo_data1";
  }

  @Override
  public List<String> files() {
    return List.of("user_action.csv", "feed_info.csv");
  }

  @Override
  public List<Recipe> recipes() {
    return List.of(
        new Recipe("days", "train days 1-12, validation day 13, test day 14; every row kept"),
        new Recipe("random", "seeded random 80/10/10"),
        new Recipe("dedup", "as days, the last of repeated (user, video) rows kept"),
        new Recipe(
            "history",
            "as days, with log(1 + count) of each behaviour in the 5 days before, per user and per video"));
  }

  @Override
  public ImportReport read(Path from, Path out, ImportOptions options, LongConsumer progress) {
    String recipe = recipe(options);
    Path actions = DataSet.file(from, "user_action.csv");
    Path feeds = DataSet.file(from, "feed_info.csv");
    try (Import run = new Import(this, out, options, progress);
        Database db = new Database(run.work.resolve("spill"), options.memoryMegabytes())) {
      stageActions(run, actions);
      stageFeeds(run, feeds);
      for (String part : List.of("train", "validation", "test")) {
        run.rows.put(part, db.write(query(run, recipe, part), out.resolve(part + ".parquet")));
      }
      run.counts.put(
          "exposures of videos without features, kept",
          (long)
              db.numbers(
                      "SELECT count(*) FROM %s a ANTI JOIN %s f USING (feedid)"
                          .formatted(staged(run, "actions"), staged(run, "feeds")))[0]);
      return run.finish(configuration(recipe));
    }
  }

  private static String staged(Import run, String what) {
    return Database.quoted(run.work.resolve(what + ".parquet"));
  }

  private static void stageActions(Import run, Path file) {
    List<String> names = new ArrayList<>(KEYS);
    names.addAll(BEHAVIOURS);
    int[] places = Csv.places(file, Csv.header(file), names);
    List<Column> schema = new ArrayList<>();
    schema.add(new Column("row", ColumnType.INT64));
    schema.add(new Column("share", ColumnType.INT32));
    names.forEach(n -> schema.add(new Column(n, ColumnType.INT64)));
    long[] values = new long[names.size()];
    try (PartFiles part =
        new PartFiles(
            schema, ParquetWriter.ROW_GROUP, List.of(run.work.resolve("actions.parquet")))) {
      run.intake.read(
          file,
          1,
          (line, row, to) -> {
            List<String> found = Csv.split(line.text());
            for (int i = 0; i < values.length; i++) {
              values[i] = whole(found, places[i], names.get(i));
              if (i >= KEYS.size() && values[i] != 0 && values[i] != 1) {
                throw new Malformed(
                    "%s: found '%d', allowed 0 and 1".formatted(names.get(i), values[i]));
              }
            }
            to.at(0).putLong(row);
            to.at(1).putInt(Import.share(SEED, row));
            for (int i = 0; i < values.length; i++) {
              to.at(2 + i).putLong(values[i]);
            }
            return true;
          },
          row -> 0,
          part);
      part.finish();
    }
  }

  private static void stageFeeds(Import run, Path file) {
    Map<String, Integer> header = Csv.header(file);
    int[] numbers = Csv.places(file, header, FEED_NUMBERS);
    int[] lists = Csv.places(file, header, FEED_LISTS);
    List<Column> schema = new ArrayList<>();
    schema.add(new Column("row", ColumnType.INT64));
    FEED_NUMBERS.forEach(n -> schema.add(new Column(n, ColumnType.INT64)));
    FEED_LISTS.forEach(n -> schema.add(new Column(n, ColumnType.TEXT)));
    long[] values = new long[numbers.length];
    boolean[] present = new boolean[numbers.length];
    try (PartFiles part =
        new PartFiles(
            schema, ParquetWriter.ROW_GROUP, List.of(run.work.resolve("feeds.parquet")))) {
      run.intake.read(
          file,
          1,
          (line, row, to) -> {
            List<String> found = Csv.split(line.text());
            if (found.size() != header.size()) {
              throw new Malformed(
                  "found %d columns, needed %d".formatted(found.size(), header.size()));
            }
            for (int i = 0; i < values.length; i++) {
              present[i] = i == 0 || !found.get(numbers[i]).isEmpty();
              values[i] = present[i] ? whole(found, numbers[i], FEED_NUMBERS.get(i)) : 0;
            }
            to.at(0).putLong(row);
            for (int i = 0; i < values.length; i++) {
              number(to.at(1 + i), present[i], values[i]);
            }
            for (int i = 0; i < lists.length; i++) {
              text(to.at(1 + values.length + i), found.get(lists[i]));
            }
            return true;
          },
          row -> 0,
          part);
      part.finish();
    }
  }

  private static void number(ColumnBuffer to, boolean present, long value) {
    if (present) {
      to.putLong(value);
    } else {
      to.putNull();
    }
  }

  private static void text(ColumnBuffer to, String value) {
    if (value.isEmpty()) {
      to.putNull();
    } else {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      to.putText(utf8, 0, utf8.length);
    }
  }

  /** A whole number, which columns with gaps print as "7.0". */
  private static long whole(List<String> found, int place, String name) throws Malformed {
    if (place >= found.size()) {
      throw new Malformed("found %d columns, none for %s".formatted(found.size(), name));
    }
    String text = found.get(place).trim();
    try {
      return Long.parseLong(text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
    } catch (NumberFormatException e) {
      throw new Malformed("%s: found '%s', needed a whole number".formatted(name, text));
    }
  }

  private static String query(Import run, String recipe, String part) {
    String actions = staged(run, "actions");
    String rows =
        recipe.equals("dedup")
            ? "(SELECT * FROM %1$s WHERE row IN (SELECT max(row) FROM %1$s GROUP BY userid, feedid))"
                .formatted(actions)
            : actions;
    String history =
        recipe.equals("history") ? history(actions, "userid") + history(actions, "feedid") : "";
    String counts =
        recipe.equals("history") ? ", " + counted("userid") + ", " + counted("feedid") : "";
    return """
        SELECT a.userid, a.feedid, a.date_, a.device, f.authorid, f.bgm_song_id, f.bgm_singer_id,
          floor(ln(1 + f.videoplayseconds) * 4)::INTEGER AS duration_bucket,
          f.manual_keyword_list, f.manual_tag_list%s, %s
        FROM %s a
        LEFT JOIN (SELECT * FROM %s QUALIFY row_number() OVER (PARTITION BY feedid ORDER BY row DESC) = 1) f
          ON a.feedid = f.feedid%s
        WHERE %s ORDER BY a.row
        """
        .formatted(
            counts,
            BEHAVIOURS.stream()
                .map(b -> "a.\"%1$s\"::TINYINT AS \"%1$s\"".formatted(b))
                .collect(Collectors.joining(", ")),
            rows,
            staged(run, "feeds"),
            history,
            recipe.equals("random") ? random(part) : days(part));
  }

  /** Sums over the days strictly before, for every day on which the user or the video occurs. */
  private static String history(String actions, String key) {
    String daily =
        BEHAVIOURS.stream()
            .map(b -> "sum(\"%1$s\") AS \"%1$s\"".formatted(b))
            .collect(Collectors.joining(", "));
    String window =
        BEHAVIOURS.stream()
            .map(
                b ->
                    "ln(1 + coalesce(sum(\"%1$s\") OVER w, 0))::FLOAT AS %2$s_%1$s"
                        .formatted(b, key))
            .collect(Collectors.joining(", "));
    return """

        LEFT JOIN (SELECT %1$s, date_, %3$s
            FROM (SELECT %1$s, date_, %2$s FROM %4$s GROUP BY %1$s, date_)
            WINDOW w AS (PARTITION BY %1$s ORDER BY date_ RANGE BETWEEN %5$d PRECEDING AND 1 PRECEDING)) h_%1$s
          ON a.%1$s = h_%1$s.%1$s AND a.date_ = h_%1$s.date_"""
        .formatted(key, daily, window, actions, WINDOW);
  }

  private static String counted(String key) {
    return BEHAVIOURS.stream()
        .map(b -> "h_%1$s.%1$s_%2$s".formatted(key, b))
        .collect(Collectors.joining(", "));
  }

  private static String days(String part) {
    return switch (part) {
      case "train" -> "a.date_ <= 12";
      case "validation" -> "a.date_ = 13";
      default -> "a.date_ >= 14";
    };
  }

  private static String random(String part) {
    return switch (part) {
      case "train" -> "a.share < 800000";
      case "validation" -> "a.share >= 800000 AND a.share < 900000";
      default -> "a.share >= 900000";
    };
  }

  private static String configuration(String recipe) {
    return """
        # WeChat 2021, recipe %s. The paper's tasks are read_comment, like and click_avatar.
        data:
          train: train.parquet
          validation: validation.parquet
          test: test.parquet
        features:
          dim: 16
        %s  ids: [userid, feedid, device, authorid, bgm_song_id, bgm_singer_id, duration_bucket]
          multi_ids:
            manual_keyword_list: {separator: ";"}
            manual_tag_list: {separator: ";"}
          sides:
            user: [userid, device]
            item: [feedid, authorid, "bgm_*", duration_bucket, "manual_*"]
        tasks: [read_comment, like, click_avatar, forward, comment, follow, favorite]
        group: userid
        model:
          body: {type: mmoe, experts: 4, expert_units: [128, 64]}
          towers: [32]
        train:
          epochs: 3
          batch: 4096
          optimizer: {dense: {adam: 0.001}, embedding: {adam: 0.001}}
          early_stopping: {metric: auc, patience: 1}
          seed: 1
        """
        .formatted(
            recipe,
            recipe.equals("history")
                ? "  numeric: {\"userid_*\": [standardise], \"feedid_*\": [standardise]}\n"
                : "");
  }
}
