package dev.tandem.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestTest {
  @Test
  void countsInsertionsDeletionsReplacementsAndSwaps() {
    assertThat(Nearest.distance("levles", "levels")).isEqualTo(1);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("abc", "abc")).isZero();
  }

  @Test
  void suggestsOnlyWhatIsNear() {
    List<String> keys = List.of("patience", "metric", "min_delta");

    assertThat(Nearest.to("patiance", keys)).contains("patience");
    assertThat(Nearest.to("MIN_DELTA", keys)).contains("min_delta");
    assertThat(Nearest.to("pat", keys)).contains("patience");
    assertThat(Nearest.to("banana", keys)).isEmpty();
    assertThat(Nearest.hint("metrik", keys)).isEqualTo("; nearest: metric");
  }
}
