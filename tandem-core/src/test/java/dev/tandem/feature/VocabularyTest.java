package dev.tandem.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  @Test
  void textsAreNumberedInOrderOfAdding() {
    TextVocabulary vocabulary = new TextVocabulary();
    assertThat(vocabulary.add("b")).isEqualTo(1);
    assertThat(vocabulary.add("")).isEqualTo(2);
    assertThat(vocabulary.add("naïve")).isEqualTo(3);
    assertThat(vocabulary.add("b")).isEqualTo(1);
    assertThat(vocabulary.id("")).isEqualTo(2);
    assertThat(vocabulary.id("naïve")).isEqualTo(3);
    assertThat(vocabulary.id("c")).isZero();
    assertThat(vocabulary.text(3)).isEqualTo("naïve");
  }

  @Test
  void agreesWithAHashMapOnManyRandomTexts() {
    Random random = new Random(7);
    TextVocabulary vocabulary = new TextVocabulary();
    Map<String, Integer> expected = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      String text = Long.toString(random.nextLong(40_000), 2 + random.nextInt(34));
      int id = vocabulary.add(text);
      assertThat(expected.putIfAbsent(text, id)).isIn(null, id);
    }
    assertThat(vocabulary.size()).isEqualTo(expected.size());
    expected.forEach((text, id) -> assertThat(vocabulary.id(text)).isEqualTo(id));
    assertThat(vocabulary.id("not there")).isZero();
  }

  @Test
  void agreesWithAHashMapOnManyRandomLongs() {
    Random random = new Random(8);
    LongVocabulary vocabulary = new LongVocabulary(LongVocabulary.Meaning.INTEGER);
    Map<Long, Integer> expected = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      long value = random.nextBoolean() ? random.nextLong(1000) - 500 : random.nextLong();
      int id = vocabulary.add(value);
      assertThat(expected.putIfAbsent(value, id)).isIn(null, id);
    }
    expected.forEach((value, id) -> assertThat(vocabulary.id(value)).isEqualTo(id));
    assertThat(vocabulary.id(Long.MIN_VALUE)).isZero();
  }
}
