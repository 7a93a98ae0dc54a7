package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schema.Doc;
import java.lang.reflect.RecordComponent;
import org.junit.jupiter.api.Test;

class ModelsTest {
  @Test
  void modelsAreFoundByTheirFiles() {
    assertThat(Models.of(Body.class))
        .containsEntry("ple", Ple.class)
        .containsEntry("ml_mmoe", MlMmoe.class)
        .containsEntry("single_task", SingleTask.class)
        .containsKeys("shared_bottom", "omoe", "mmoe", "cgc", "asymmetric", "customized")
        .doesNotContainKey("independent");
    assertThat(Models.of(Head.class)).containsEntry("independent", Independent.class);
    assertThat(Models.of(Bottom.class)).containsEntry("shared_embedding", SharedEmbedding.class);
  }

  @Test
  void everyModelSaysWhatItIs() {
    for (Class<?> contract :
        java.util.List.of(Bottom.class, Body.class, Head.class, Interaction.class)) {
      Models.of(contract)
          .forEach(
              (name, type) -> {
                assertThat(type.getAnnotation(Doc.class)).as("@Doc on %s", name).isNotNull();
                for (RecordComponent option : type.getRecordComponents()) {
                  assertThat(option.getAnnotation(Doc.class))
                      .as("@Doc on %s.%s", name, option.getName())
                      .isNotNull();
                }
              });
    }
  }
}
