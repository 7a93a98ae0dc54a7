package dev.tandem.ingest;

import dev.tandem.config.Column;
import dev.tandem.config.ColumnProfile;
import dev.tandem.config.DataConfig;
import dev.tandem.feature.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at every column of the training rows, as {@code tandem init} does before it proposes a
 * configuration.
 */
final class Profile {
  private static final long SAMPLE = 1_000_000;
  private static final int EXACT = 1000;

  private Profile() {}

  static List<ColumnProfile> of(Duck duck, Tables tables, DataConfig data) {
    Rows rows = Parts.train(Parts.of(duck, tables, data, List.of()));
    String sample = rows.select("*") + " LIMIT " + SAMPLE;
    List<ColumnProfile> profiles = new ArrayList<>();
    for (SourceColumn column : rows.columns()) {
      String name = Sql.name(column.name());
      boolean list = column.natural().filter(ColumnType::list).isPresent();
      String value = column.natural().isPresent() && !list ? name : name + "::VARCHAR";
      Duck.Cells c =
          duck.rows(
                  "SELECT count(*), count(*) - count(v), approx_count_distinct(v), min(v)::VARCHAR, max(v)::VARCHAR FROM (SELECT "
                      + value
                      + " AS v FROM ("
                      + sample
                      + "))")
              .get(0);
      List<Duck.Cells> frequent =
          duck.rows(
              "SELECT v::VARCHAR FROM (SELECT "
                  + value
                  + " AS v FROM ("
                  + sample
                  + ")) WHERE v IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT 5");
      long distinct = c.number(2);
      if (distinct < EXACT * 2) {
        distinct =
            duck.number(
                "SELECT count(DISTINCT v) FROM (SELECT " + value + " AS v FROM (" + sample + "))");
      }
      profiles.add(
          new ColumnProfile(
              new Column(column.name(), column.sqlType()),
              c.number(0),
              distinct,
              c.number(0) == 0 ? 0 : (double) c.number(1) / c.number(0),
              c.isNull(3) ? Optional.empty() : Optional.of(c.get(3)),
              c.isNull(4) ? Optional.empty() : Optional.of(c.get(4)),
              frequent.stream().map(r -> r.get(0)).toList()));
    }
    return profiles;
  }
}
