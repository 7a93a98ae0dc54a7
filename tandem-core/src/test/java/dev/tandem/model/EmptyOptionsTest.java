package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.config.Reference;
import dev.tandem.schema.TandemException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A list that a person leaves empty makes a model without that part, or is refused by name. */
class EmptyOptionsTest {

  static Stream<String> models() {
    Stream<String> bodies = lists(Models.of(Body.class)).map("body: {type: %s}"::formatted);
    Stream<String> networks =
        lists(Models.of(Interaction.class))
            .map("body: {type: single_task, network: {type: %s}}"::formatted);
    return Stream.concat(bodies, networks);
  }

  /** NAME, OPTION: [] for every option that takes a list. */
  private static Stream<String> lists(Map<String, Class<? extends Record>> types) {
    return types.entrySet().stream()
        .flatMap(
            type ->
                Reference.options(type.getValue(), Contracts.CATALOG).stream()
                    .filter(o -> o.takes().startsWith("list of") || o.takes().contains("`units`"))
                    .map(o -> type.getKey() + ", " + o.key() + ": []"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void isLeftOutOrRefused(String text) {
    String option = text.replaceAll(".*, (\\w+): \\[\\].*", "$1");
    try {
      Contracts.model(text).training(Contracts.FIELDS, Contracts.funnel(2));
    } catch (IllegalArgumentException | TandemException e) {
      assertThat(e.getMessage()).contains(option);
    }
  }
}
