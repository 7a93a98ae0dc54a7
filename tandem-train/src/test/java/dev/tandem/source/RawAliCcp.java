package dev.tandem.source;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes files in Ali-CCP's raw layout, control characters included, of any size. */
final class RawAliCcp {
  private static final String[] USER = {
    "101", "121", "122", "124", "125", "126", "127", "128", "129"
  };
  private static final String[] HISTORY = {"109_14", "110_14", "127_14", "150_14"};
  private static final String[] ITEM = {"205", "206", "207", "216", "508", "509", "702", "301"};
  private static final String[] ITEM_LISTS = {"210", "853"};

  private final Random random;

  RawAliCcp(long seed) {
    this.random = new Random(seed);
  }

  /** Writes the four files: about {@code history} values per history field and key. */
  void write(Path directory, int impressions, int keys, int history) throws IOException {
    Files.createDirectories(directory);
    for (String side : new String[] {"train", "test"}) {
      try (BufferedWriter out =
          Files.newBufferedWriter(directory.resolve("common_features_" + side + ".csv"))) {
        for (int k = 0; k < keys; k++) {
          List<String> features = new ArrayList<>();
          for (String field : USER) {
            features.add(feature(field, 50, "1.0"));
          }
          for (String field : HISTORY) {
            for (int i = random.nextInt(2 * history + 1); i > 0; i--) {
              features.add(
                  feature(
                      field, 100_000, random.nextInt(3) + "." + (10_000 + random.nextInt(90_000))));
            }
          }
          out.write(
              "%s,%d,%s\n"
                  .formatted(key(side, k), features.size(), String.join("\u0001", features)));
        }
      }
      try (BufferedWriter out =
          Files.newBufferedWriter(directory.resolve("sample_skeleton_" + side + ".csv"))) {
        for (int i = 0; i < impressions; i++) {
          List<String> features = new ArrayList<>();
          for (String field : ITEM) {
            features.add(feature(field, 1000, field.startsWith("5") ? "2.70805" : "1.0"));
          }
          for (String field : ITEM_LISTS) {
            for (int n = random.nextInt(4); n > 0; n--) {
              features.add(feature(field, 1000, "1.0"));
            }
          }
          int click = random.nextInt(10) == 0 ? 1 : 0;
          int purchase = random.nextInt(click == 1 ? 5 : 100) == 0 ? 1 : 0;
          // One key in fifty is in no common features.
          int k = random.nextInt(keys + keys / 50 + 1);
          out.write(
              "%d,%d,%d,%s,%d,%s\n"
                  .formatted(
                      i + 1,
                      click,
                      purchase,
                      key(side, k),
                      features.size(),
                      String.join("\u0001", features)));
        }
      }
    }
  }

  private static String key(String side, int k) {
    return Integer.toHexString((side + k).hashCode()) + "b" + k;
  }

  private String feature(String field, int ids, String weight) {
    return field + "\u0002" + random.nextInt(ids) + "\u0003" + weight;
  }
}
