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

  @Test
  void aTextIsFoundWhateverStandsAroundIt() {
    Random random = new Random(9);
    TextVocabulary vocabulary = new TextVocabulary();
    for (int i = 0; i < 3000; i++) {
      byte[] text = new byte[i % 40];
      random.nextBytes(text);
      int id = vocabulary.add(text, 0, text.length);
      byte[] framed = new byte[text.length + 30];
      random.nextBytes(framed);
      System.arraycopy(text, 0, framed, 11, text.length);
      assertThat(vocabulary.id(framed, 11, text.length)).isEqualTo(id);
      assertThat(Mix.of(framed, 11, text.length)).isEqualTo(Mix.of(text, 0, text.length));
    }
  }
}
