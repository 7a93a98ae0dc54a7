package dev.tandem.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/configuration.md are those that the records print. After a change of the
 * records, run this test with {@code -Dtandem.docs=write} and look at the difference.
 */
final class ReferenceTest {
  private static final String BEGIN = "<!-- options: written by ReferenceTest -->\n";
  private static final Path PAGE =
      Path.of(System.getProperty("tandem.root", ".."), "docs", "configuration.md");

  @Test
  void theDocumentationPrintsWhatTheRecordsSay() throws IOException {
    String page = Files.readString(PAGE);
    int at = page.indexOf(BEGIN) + BEGIN.length();
    assertThat(at).isGreaterThan(BEGIN.length());
    String expected =
        page.substring(0, at)
            + "\n"
            + Reference.markdown(RunConfig.class, Catalog.empty()).stripTrailing()
            + "\n";
    if ("write".equals(System.getProperty("tandem.docs"))) {
      Files.writeString(PAGE, expected);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(expected);
  }

  @Test
  void theExamplesOfThePageAreReadable() throws IOException {
    String page = Files.readString(PAGE);
    List<String> runs = new ArrayList<>();
    for (String block : page.split("```", -1)) {
      if (block.startsWith("yaml\ndata:")) {
        runs.add(block.substring("yaml\n".length()));
      }
    }

    assertThat(runs).hasSizeGreaterThanOrEqualTo(2);
    for (String run : runs) {
      assertThat(
              new RunReader(
                      Catalog.empty(),
                      java.util.Map.of(),
                      java.util.Optional.of(Path.of("").toAbsolutePath()),
                      Path.of(""))
                  .read(run, "docs/configuration.md", List.of())
                  .config()
                  .tasks())
          .isNotEmpty();
    }
  }

  @Test
  void everyOptionHasASentenceAndADefaultThatFits() {
    for (Class<? extends Record> type :
        List.of(
            RunConfig.class,
            DataConfig.class,
            FeaturesConfig.class,
            TrainConfig.class,
            ModelConfig.class)) {
      for (RecordComponent component : type.getRecordComponents()) {
        assertThat(component.getAnnotation(Doc.class))
            .as(type + "." + component.getName())
            .isNotNull();
      }
    }
    for (Reference.Option option : Reference.options(TrainConfig.class, Catalog.empty())) {
      assertThat(option.doc()).as(option.key()).endsWith(".");
      assertThat(option.required()).as(option.key()).isFalse();
    }
    assertThat(Canonical.read("{}", "none", TrainConfig.class, Catalog.empty()).batch())
        .isEqualTo(1024);
    assertThat(TrainConfig.class.getRecordComponents()[0].getAnnotation(Default.class).value())
        .isEqualTo("10");
  }
}
