package dev.tandem.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SchemaTest {
  private static final Table USERS = new Table("users", 8, 2, 0);
  private static final IdFeature USER = new IdFeature("user", "user_id", USERS, Side.USER);
  private static final Task CLICK = Task.binary("click", "is_click");

  private static Task within(String name, String parent) {
    return new Task(name, TaskKind.BINARY, name, Optional.of(parent), 1, 1, 1);
  }

  private static Schema schema(List<Feature> features, List<Task> tasks) {
    return new Schema(features, tasks, Optional.empty(), Optional.empty());
  }

  private static void refused(List<Feature> features, List<Task> tasks, String... sentences) {
    assertThatThrownBy(() -> schema(features, tasks))
        .isInstanceOf(SchemaException.class)
        .message()
        .contains(sentences);
  }

  @Test
  void aFunnelIsFollowedToItsFirstTask() {
    Schema schema =
        schema(List.of(USER), List.of(CLICK, within("cart", "click"), within("buy", "cart")));

    assertThat(schema.ancestors(schema.task("buy")))
        .extracting(Task::name)
        .containsExactly("cart", "click");
    assertThat(schema.ancestors(CLICK)).isEmpty();
    assertThat(schema.taskIndex("buy")).isEqualTo(2);
    assertThatThrownBy(() -> schema.task("bye"))
        .hasMessage("No task is named bye; tasks: click, cart, buy");
  }

  @Test
  void funnelsWithoutAFirstTaskAreRefused() {
    refused(
        List.of(USER),
        List.of(within("a", "b"), within("b", "a")),
        "task a: its within leads back to itself",
        "task b: its within leads back to itself");
    refused(List.of(USER), List.of(within("a", "a")), "task a: its within leads back to itself");
    refused(
        List.of(USER),
        List.of(within("a", "c")),
        "task a: within names c, which is not a task; tasks: a");
    Task stay = new Task("stay", TaskKind.REGRESSION, "s", Optional.empty(), 1, 1, 1);
    refused(
        List.of(USER),
        List.of(stay, within("a", "stay")),
        "within names stay, which is not a binary task");
  }

  @Test
  void everyContradictionIsNamedAtOnce() {
    refused(
        List.of(
            USER,
            new IdFeature("user", "u", USERS, Side.USER),
            new IdFeature("other", "o", new Table("users", 4, 2, 0), Side.USER),
            new NumericFeature("age", "age", List.of(), Side.USER),
            new DenseFeature("text", "text", Optional.empty(), 0, false, Side.ITEM)),
        List.of(CLICK, CLICK, new Task("1st", TaskKind.BINARY, " ", Optional.empty(), 2, -1, 0)),
        "feature user: the name is used twice",
        "feature other: table users is shared with feature user and must agree with it: found (dim 4, min_count 2,"
            + " max_vocabulary 0) against (dim 8, min_count 2, max_vocabulary 0)",
        "feature age: has no encoding",
        "feature text: size is 0",
        "task click: the name is used twice",
        "task 1st: a task's name starts with a letter",
        "task 1st: its label is empty",
        "task 1st: weight is -1.0",
        "task 1st: weight_decay is 0.0",
        "task 1st: classes is 2, must be 1");
    refused(List.of(), List.of(), "features: there is none", "tasks: there is none");
  }

  @Test
  void sequencesShareTheTableOfTheirTarget() {
    Table items = new Table("items", 8, 1, 0);
    IdFeature item = new IdFeature("item", "item", items, Side.ITEM);

    assertThat(
            schema(
                    List.of(item, sequence(new SequenceFeature.Step("h", "item", items))),
                    List.of(CLICK))
                .layout())
        .isEqualTo(
            new InputLayout(
                List.of(new FieldSlot("item", "items", 8, Pooling.NONE, false, Side.ITEM)),
                List.of(),
                List.of(),
                List.of(new SequenceSlot("history", List.of("items"), List.of("item"), 8, 20))));
    refused(
        List.of(item, sequence(new SequenceFeature.Step("h", "itm", items))),
        List.of(CLICK),
        "feature history: its target itm is not an id feature");
    refused(
        List.of(item, sequence(new SequenceFeature.Step("h", "item", USERS))),
        List.of(CLICK),
        "feature history: its step h must share the table of its target item, items, found users");
  }

  private static SequenceFeature sequence(SequenceFeature.Step step) {
    return new SequenceFeature(
        "history",
        List.of(step),
        SequenceFeature.Combine.SUM,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        20,
        SequenceFeature.Order.OLDEST_FIRST,
        Side.USER);
  }

  @Test
  void inputsOfOneNameAreRefused() {
    NumericFeature age =
        new NumericFeature("age", "age", List.of(new NumericEncoding.Standardise(10)), Side.USER);
    refused(
        List.of(age, new IdFeature("age.standardised", "x", Table.whole("x", 4), Side.USER)),
        List.of(CLICK),
        "feature age.standardised: its input age.standardised has the name of an input of feature age");
  }
}
