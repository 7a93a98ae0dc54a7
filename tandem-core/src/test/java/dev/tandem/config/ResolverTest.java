package dev.tandem.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schema.CrossFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.TandemException;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ResolverTest {

  @Test
  void everyColumnThatNothingElseReadsBecomesAnId() {
    Resolution resolution = Resolver.resolve(Samples.read(Samples.CENSUS), Samples.CENSUS_COLUMNS);
    Schema schema = resolution.schema();

    assertThat(schema.features())
        .extracting(Feature::name)
        .containsExactly("education", "industry_code", "age", "wage_per_hour", "weeks_worked");
    assertThat(schema.features().get(0))
        .isEqualTo(
            new IdFeature("education", "education", new Table("education", 8, 2, 0), Side.UNKNOWN));
    assertThat(resolution.notes())
        .containsExactly(
            "features.ids: \"*\" leaves out marital_status (the label of never_married reads it), income (the label of income"
                + " reads it)");
  }

  @Test
  void aNumberInTheShortListIsBothStandardisedAndBucketed() {
    Schema schema = Resolver.resolve(Samples.read(Samples.CENSUS), Samples.CENSUS_COLUMNS).schema();
    NumericFeature age = (NumericFeature) schema.features().get(2);

    assertThat(age.encodings())
        .containsExactly(
            new NumericEncoding.Standardise(10),
            new NumericEncoding.QuantileBuckets(50, new Table("age.bucket", 8, 1, 0)));
    InputLayout layout = schema.layout();
    assertThat(layout.numbers())
        .containsExactly(
            "age.standardised", "wage_per_hour.standardised", "weeks_worked.standardised");
    assertThat(layout.fields())
        .extracting(FieldSlot::name)
        .containsExactly(
            "education",
            "industry_code",
            "age.bucket",
            "wage_per_hour.bucket",
            "weeks_worked.bucket");
    assertThat(layout.fieldWidth()).isEqualTo(40);
  }

  @Test
  void everyKindOfFeatureFindsItsPlace() {
    Schema schema = Resolver.resolve(Samples.read(Samples.RICH), Samples.RICH_COLUMNS).schema();
    InputLayout layout = schema.layout();

    assertThat(layout.fields())
        .contains(
            new FieldSlot("user_id", "user_id", 16, Pooling.NONE, false, Side.USER),
            new FieldSlot("tags", "tags", 16, Pooling.SUM, true, Side.ITEM),
            new FieldSlot("age.log2", "age.log2", 16, Pooling.NONE, false, Side.USER),
            new FieldSlot("price.scaled", "price.scaled", 4, Pooling.NONE, true, Side.ITEM));
    assertThat(layout.numbers())
        .containsExactly(
            "price.log", "length.standardised", "picture.0", "picture.1", "picture.2", "picture.3");
    assertThat(layout.numberSides()).startsWith(Side.ITEM, Side.UNKNOWN).hasSize(6);
    assertThat(layout.sequences())
        .containsExactly(
            new SequenceSlot("watched", List.of("item_id"), List.of("item_id"), 16, 50),
            new SequenceSlot(
                "liked", List.of("item_id", "author_id"), List.of("item_id", "author_id"), 16, 20));
    assertThat(schema.tables())
        .contains(new Table("item_id", 16, 5, 0), new Table("hashed", 16, 1, 0));
    assertThat(schema.features())
        .filteredOn(CrossFeature.class::isInstance)
        .extracting(Feature::side)
        .containsOnly(Side.UNKNOWN);
    assertThat(schema.task("stay")).extracting(Task::kind).isEqualTo(TaskKind.REGRESSION);
    assertThat(schema.ancestors(schema.task("buy")))
        .extracting(Task::name)
        .containsExactly("click");
    assertThat(schema.group()).contains("user_id");
  }

  @Test
  void aSchemaReadsBackFromItsCanonicalForm() {
    Schema schema = Resolver.resolve(Samples.read(Samples.RICH), Samples.RICH_COLUMNS).schema();
    String json = Canonical.json(schema, Catalog.empty());

    assertThat(Canonical.read(json, "schema.json", Schema.class, Catalog.empty()))
        .isEqualTo(schema);
    assertThat(json)
        .contains("\"type\" : \"multi_id\"")
        .contains("\"type\" : \"quantile_buckets\"");
  }

  @Test
  void whatDoesNotFitIsNamedAllAtOnce() {
    String text =
        Samples.RICH
            .replace(
                "columns: [user_id, item_id, author_id, hour]",
                "columns: [user_id, item_idd, is_click, watched, author_id]")
            .replace("    age: log2_buckets", "    tags: log2_buckets")
            .replace("dense: {picture: 4}", "dense: {age: 4}")
            .replace("group: user_id", "group: userid");

    assertThat(problems(Samples.read(text), Samples.RICH_COLUMNS).lines())
        .anyMatch(
            line ->
                line.startsWith(
                    "features.ids: no column is named item_idd; nearest: item_id; columns: user_id, "))
        .contains(
            "features.ids: the column is_click cannot be a feature: the label of click reads it; leave it out, or list it in"
                + " features.known if it is known before the outcome",
            "features.ids: the column watched has the type BIGINT[], expected a single value; lists belong in multi_ids, dense"
                + " or sequences",
            "features.numeric.tags: the column tags has the type VARCHAR, expected a number; text belongs in ids, or convert it"
                + " with data.derive",
            "features.dense.age: the column age has the type INTEGER, expected a list; give the separator of a text column")
        .anyMatch(line -> line.startsWith("group: no column is named userid; nearest: user_id"))
        .anyMatch(
            line -> line.startsWith("features.sequences.watched: item_id is not an id feature"));
  }

  @Test
  void aTableMustNotBeNamedAsOneThatAModelMakesBesideIt() {
    List<Column> columns = new ArrayList<>(Samples.CENSUS_COLUMNS);
    columns.add(new Column("linear.education", "VARCHAR"));
    columns.add(new Column("education@1", "VARCHAR"));
    columns.add(new Column("education@2", "VARCHAR"));

    assertThat(problems(Samples.read(Samples.CENSUS), columns).lines())
        .contains(
            "features: a table is named linear.education, as a model names first-order weights (linear.TABLE); give the feature or"
                + " its table another name",
            "features: a table is named education@1, as a model names a task's own copy of a table (TABLE@0); give the"
                + " feature or its table another name")
        .noneMatch(line -> line.contains("education@2"));
  }

  @Test
  void labelColumnsAreFeaturesOnlyWhenDeclaredKnown() {
    String leaking = Samples.CENSUS.replace("columns: \"*\"", "columns: [income, education]");
    RunConfig known =
        Samples.read(leaking.replace("features:\n", "features:\n  known: [income]\n"));

    assertThat(problems(Samples.read(leaking), Samples.CENSUS_COLUMNS))
        .contains("the label of income reads it");
    assertThat(Resolver.resolve(known, Samples.CENSUS_COLUMNS).schema().features())
        .extracting(Feature::name)
        .contains("income");
  }

  @Test
  void whatIsDerivedFromALabelLeaksToo() {
    String text =
        Samples.CENSUS.replace(
            "features:\n",
            "  derive: {rich: \"income = '50000+.'\", old: \"age > 60\"}\nfeatures:\n");
    List<Column> columns = new ArrayList<>(Samples.CENSUS_COLUMNS);
    columns.add(new Column("rich", "BOOLEAN"));
    columns.add(new Column("old", "BOOLEAN"));
    Resolution resolution = Resolver.resolve(Samples.read(text), columns);

    assertThat(resolution.schema().features())
        .extracting(Feature::name)
        .contains("old")
        .doesNotContain("rich");
    assertThat(resolution.notes().get(0)).contains("rich (it is derived from income)");
  }

  @Test
  void patternsTakeWhatNamesLeave() {
    String text =
        Samples.CENSUS.replace(
            "numeric: [age, wage_per_hour, weeks_worked]",
            "numeric: {\"we?ks_*\": log, \"wag*\": [scaled], age: [standardise]}");
    Schema schema = Resolver.resolve(Samples.read(text), Samples.CENSUS_COLUMNS).schema();

    assertThat(schema.layout().numbers()).containsExactly("age.standardised", "weeks_worked.log");
    assertThat(schema.layout().fields())
        .extracting(FieldSlot::name)
        .containsExactly("education", "industry_code", "wage_per_hour.scaled");
    assertThat(problems(Samples.read(text.replace("wag*", "wax*")), Samples.CENSUS_COLUMNS))
        .startsWith("features.numeric: no column matches wax*");
  }

  @Test
  void columnsOfTheSplitAndOfOtherTypesAreLeftOutAndSaid() {
    String text =
        Samples.RICH
            .replace("columns: [user_id, item_id, author_id, hour]", "columns: \"*\"")
            .replace("    length:\n", "");
    Resolution resolution = Resolver.resolve(Samples.read(text), Samples.RICH_COLUMNS);

    assertThat(resolution.notes())
        .containsExactly(
            "features.ids: \"*\" leaves out time (the split reads it), length (its type is DECIMAL(18,3); name it to use it),"
                + " is_click (the label of click reads it), is_buy (the label of buy reads it), stay_ms (the label of stay reads"
                + " it)");
  }

  @Test
  void expressionsAreReadForColumnsAsSqlReadsThem() {
    List<String> columns = List.of("a", "B", "weird name", "it's", "c");

    assertThat(SqlColumns.in("b > 3 AND 'a' <> \"weird name\" -- c", columns))
        .containsExactly("B", "weird name");
    assertThat(SqlColumns.in("/* a */ 'it''s c' || c", columns)).containsExactly("c");
    assertThat(SqlColumns.in("it's", columns)).contains("it's");
  }

  private static String problems(RunConfig run, List<Column> columns) {
    try {
      Resolver.resolve(run, columns);
    } catch (TandemException e) {
      return e.getMessage();
    }
    throw new AssertionError("no problem was found");
  }
}
