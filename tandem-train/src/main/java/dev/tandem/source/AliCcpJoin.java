package dev.tandem.source;

import dev.tandem.feature.DataException;
import dev.tandem.parquet.Column;
import dev.tandem.parquet.ColumnType;
import dev.tandem.parquet.Columns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The out-of-core join of one side (train or test) of Ali-CCP. Both files are divided on disk by a
 * hash of the key, into so many divisions that the common features of one fit into a share of the
 * memory given; then each division is joined by itself. Rows come out division by division, each in
 * file order: the same for the same memory whatever the machine, and a user's impressions stay
 * together, which the files' compression likes. Used once, by one thread.
 */
final class AliCcpJoin {
  /** Rows of several kilobytes: a usual row group would take hundreds of megabytes. */
  private static final int ROW_GROUP = 8192;

  private static final int MOST_DIVISIONS = 512;

  private final Import run;
  private final String recipe;
  private final String side;
  private final float[][] ranges;
  private final AliCcpFeatures skeleton;
  private final AliCcpFeatures common;
  private final long seed;
  private long impossible;
  private long miscounted;
  private long repeated;
  private long unmatched;

  /**
   * Prepares.
   *
   * @param ranges ranges of the weights read as numbers: widened by the train side, used by both
   */
  AliCcpJoin(Import run, String recipe, String side, float[][] ranges) {
    this.run = run;
    this.recipe = recipe;
    this.side = side;
    this.ranges = ranges;
    this.skeleton = new AliCcpFeatures(recipe);
    this.common = new AliCcpFeatures(recipe);
    this.seed = recipe.equals("aitm") ? 2020 : 2022;
  }

  void side(Path from, int memoryMegabytes) {
    Path impressions = DataSet.file(from, "sample_skeleton_" + side + ".csv");
    Path shared = DataSet.file(from, "common_features_" + side + ".csv");
    int divisions = divisions(shared, memoryMegabytes);
    try (KeyedSpill left = new KeyedSpill(run.work, "skeleton_" + side, divisions);
        KeyedSpill right = new KeyedSpill(run.work, "common_" + side, divisions)) {
      spillCommon(shared, right);
      spillSkeleton(impressions, left);
      write(left, right, divisions);
    }
    run.counts.merge("divisions of the join", (long) divisions, Long::sum);
    run.counts.merge("purchase without click, left out", impossible, Long::sum);
    run.counts.merge(
        "lines whose feature count differs from the stated one, kept", miscounted, Long::sum);
    run.counts.merge("repeated keys of common features, the last line counts", repeated, Long::sum);
    run.counts.merge("impressions without common features, kept", unmatched, Long::sum);
  }

  /**
   * A quarter of the memory for the lines of a division; their map and the writers take the rest.
   */
  private static int divisions(Path file, int memoryMegabytes) {
    try {
      long bytes = Files.size(file) * (file.toString().endsWith(".gz") ? 8 : 1);
      return (int) Math.min(MOST_DIVISIONS, bytes / (memoryMegabytes * 262_144L) + 1);
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(file, e), e);
    }
  }

  private void spillCommon(Path file, KeyedSpill to) {
    int[] bounds = new int[4];
    run.intake.read(
        file,
        (line, row) -> {
          columns(line, bounds, 3);
          long stated = line.number(bounds[1], bounds[2] - 1, "number of features");
          miscounted += common.parse(line, bounds[2]) == stated ? 0 : 1;
          widen(common);
          to.add(line, bounds[0], bounds[1] - 1, row, bounds[2]);
          return true;
        });
    to.written();
  }

  private void spillSkeleton(Path file, KeyedSpill to) {
    int[] bounds = new int[7];
    run.intake.read(
        file,
        (line, row) -> {
          columns(line, bounds, 6);
          int click = line.bit(bounds[1], bounds[2] - 1, "click");
          int purchase = line.bit(bounds[2], bounds[3] - 1, "purchase");
          long stated = line.number(bounds[4], bounds[5] - 1, "number of features");
          miscounted += skeleton.parse(line, bounds[5]) == stated ? 0 : 1;
          if (click == 0 && purchase == 1) {
            impossible++;
            return false;
          }
          widen(skeleton);
          to.add(line, bounds[3], bounds[4] - 1, row, bounds[0]);
          return true;
        });
    to.written();
  }

  private void widen(AliCcpFeatures features) {
    if (side.equals("train")) {
      features.widen(ranges);
    }
  }

  private static void columns(Line line, int[] bounds, int needed) throws Malformed {
    int n = line.split(',', bounds);
    if (n != needed) {
      throw new Malformed("found %d columns, needed %d".formatted(n, needed));
    }
  }

  private void write(KeyedSpill left, KeyedSpill right, int divisions) {
    List<Column> schema = new ArrayList<>();
    schema.add(new Column("click", ColumnType.INT8));
    schema.add(new Column("purchase", ColumnType.INT8));
    schema.addAll(skeleton.columns());
    List<String> parts = parts();
    try (PartFiles files =
        new PartFiles(
            schema, ROW_GROUP, parts.stream().map(p -> run.out.resolve(p + ".parquet")).toList())) {
      for (int division = 0; division < divisions; division++) {
        join(left, right, division, files);
      }
      files.finish();
      for (int p = 0; p < parts.size(); p++) {
        run.rows.put(parts.get(p), files.rows(p));
      }
    }
  }

  private void join(KeyedSpill left, KeyedSpill right, int division, PartFiles files) {
    Map<String, byte[]> lists = new HashMap<>();
    right.read(
        division,
        (key, row, line) -> {
          byte[] list = new byte[line.to];
          System.arraycopy(line.bytes, 0, list, 0, line.to);
          repeated += lists.put(key, list) == null ? 0 : 1;
        });
    Line shared = new Line();
    int[] bounds = new int[7];
    left.read(
        division,
        (key, row, line) -> {
          byte[] list = lists.get(key);
          if (list == null) {
            unmatched++;
            common.clear();
          } else {
            shared.bytes = list;
            shared.to = list.length;
            common.parse(shared, 0);
          }
          columns(line, bounds, 6);
          skeleton.parse(line, bounds[5]);
          int part = part(Import.share(seed, row));
          Columns to = files.at(part);
          to.at(0).putByte(line.bytes[bounds[1]] - '0');
          to.at(1).putByte(line.bytes[bounds[2]] - '0');
          skeleton.append(common, ranges, to, 2);
          files.added(part);
        });
  }

  /** Files that this side fills. */
  private List<String> parts() {
    boolean train = side.equals("train");
    if (recipe.equals("aitm")) {
      return train ? List.of("train", "validation") : List.of("test");
    }
    return train ? List.of("train") : List.of("validation", "test");
  }

  private int part(int share) {
    boolean train = side.equals("train");
    if (recipe.equals("aitm")) {
      return train && share < 100_000 ? 1 : 0;
    }
    return train || share < 500_000 ? 0 : 1;
  }
}
