package dev.tandem.ingest;

import dev.tandem.config.DataConfig;
import dev.tandem.config.Format;
import dev.tandem.config.Part;
import dev.tandem.config.Rejects;
import dev.tandem.config.Source;
import dev.tandem.config.Split;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configurations as the tests need them. */
final class Configs {
  private Configs() {}

  static final Format FORMAT =
      new Format(
          Format.Type.AUTO,
          Format.Compression.AUTO,
          Optional.empty(),
          List.of(),
          Optional.empty(),
          "\"",
          "\"",
          List.of(""),
          Map.of());

  static final EngineLimits LIMITS = new EngineLimits(2, 1024);

  static Part files(Object... files) {
    return new Part(
        Arrays.stream(files).map(Object::toString).toList(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  static Part sql(String sql) {
    return new Part(
        List.of(),
        Optional.of(sql),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  static Part from(
      String part, double fraction, Optional<String> stratify, Optional<String> group, long seed) {
    return new Part(
        List.of(),
        Optional.empty(),
        Optional.of(part),
        Optional.empty(),
        Optional.of(fraction),
        stratify,
        group,
        seed,
        Optional.empty());
  }

  static DataConfig data(Part train) {
    return data(train, Optional.empty(), Optional.empty());
  }

  static DataConfig data(Part train, Optional<Part> validation, Optional<Part> test) {
    return new DataConfig(
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(train),
        validation,
        test,
        Map.of(),
        FORMAT,
        new Rejects(100, 0.001));
  }

  static DataConfig split(Part rows, Split split) {
    return new DataConfig(
        Map.of(),
        Optional.of(rows),
        Optional.of(split),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        FORMAT,
        new Rejects(100, 0.001));
  }

  static DataConfig with(
      DataConfig data,
      Map<String, Source> sources,
      Map<String, String> derive,
      Format format,
      Rejects rejects) {
    return new DataConfig(
        sources,
        data.rows(),
        data.split(),
        data.train(),
        data.validation(),
        data.test(),
        derive,
        format,
        rejects);
  }

  static Feature id(String column, int minCount) {
    return new IdFeature(column, column, new Table(column, 4, minCount, 0), Side.UNKNOWN);
  }

  static Feature number(String column) {
    return new NumericFeature(
        column,
        column,
        List.of(
            new NumericEncoding.Standardise(10),
            new NumericEncoding.QuantileBuckets(10, Table.whole(column + ".bucket", 4))),
        Side.UNKNOWN);
  }

  static Schema schema(List<Feature> features, Task... tasks) {
    return new Schema(features, List.of(tasks), Optional.empty(), Optional.empty());
  }

  /** Where real data may be. */
  static Optional<Path> realData(String name) {
    String given = System.getenv("TANDEM_DATA");
    String root = System.getProperty("tandem.root", "..");
    return java.util.stream.Stream.of(
            Path.of(given == null ? "absent" : given),
            Path.of(root, "../shared/data"),
            Path.of("../shared/data"),
            Path.of("../../shared/data"))
        .map(p -> p.resolve(name))
        .filter(Files::isDirectory)
        .findFirst();
  }
}
