package dev.tandem.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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

  /** Many at a time, as files are encoded, is one by one. */
  @Test
  void manyAreFoundAsOneIs() {
    Random random = new Random(10);
    TextVocabulary texts = new TextVocabulary();
    LongVocabulary longs = new LongVocabulary(LongVocabulary.Meaning.INTEGER);
    int[] ids = new int[2001];
    for (int known : new int[] {0, 1, 5000}) {
      while (longs.size() < known) {
        long value = random.nextInt(20_000);
        longs.add(value);
        texts.add(known == 1 ? "" : Long.toString(value * value * value, 36));
      }
      long[] values = random.longs(2000, 0, 20_000).toArray();
      int[] offsets = new int[2001];
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 2000; i++) {
        String text = i % 7 == 0 ? "" : Long.toString(values[i] * values[i] * values[i], 36);
        offsets[i + 1] = all.append(text).length();
      }
      byte[] bytes = all.toString().getBytes(StandardCharsets.US_ASCII);
      longs.ids(values, 3, 1997, ids, 1);
      for (int i = 3; i < 2000; i++) {
        assertThat(ids[i - 2]).isEqualTo(longs.id(values[i]));
      }
      texts.ids(bytes, offsets, 3, 1997, ids, 1);
      for (int i = 3; i < 2000; i++) {
        assertThat(ids[i - 2]).isEqualTo(texts.id(bytes, offsets[i], offsets[i + 1] - offsets[i]));
      }
    }
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
