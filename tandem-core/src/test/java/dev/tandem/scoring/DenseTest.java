package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both ways of multiplying with a dense layer's weights, against sums in double precision. */
class DenseTest {

  @Test
  void thisJvmOffersTheVectorApi() {
    // The build starts this module's tests with it; those of tandem-engine run without.
    assertThat(Dense.PACKING.pack(new float[9], 3, 3, false)).isNotInstanceOf(PlainDense.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "1,3,2",
    "3,5,7",
    "4,16,16",
    "5,17,33",
    "64,20,32",
    "7,64,31",
    "33,9,300",
    "6,416,6"
  })
  void productsAreRight(int rows, int depth, int width) {
    SplittableRandom random = new SplittableRandom(rows * 31L + depth * 7L + width);
    float[] x = random(random, rows * depth + 5);
    float[] w = random(random, depth * width);
    float[] turned = new float[w.length];
    for (int k = 0; k < depth; k++) {
      for (int j = 0; j < width; j++) {
        turned[j * depth + k] = w[k * width + j];
      }
    }
    float[][] sums = new float[Dense.BLOCK][Dense.PANEL];
    for (float[] bias : new float[][] {{}, random(random, width)}) {
      for (boolean relu : new boolean[] {false, true}) {
        for (Dense.Packing packing : new Dense.Packing[] {PlainDense::pack, Dense.PACKING}) {
          float[] out = random(random, rows * width + 3);
          float[] other = out.clone();
          packing.pack(w, depth, width, false).run(x, rows, bias, relu, out, sums);
          packing.pack(turned, width, depth, true).run(x, rows, bias, relu, other, sums);
          assertThat(out).isEqualTo(other);
          for (int i = 0; i < rows * width; i++) {
            double sum = bias.length == 0 ? 0 : bias[i % width];
            for (int k = 0; k < depth; k++) {
              sum += (double) x[i / width * depth + k] * w[k * width + i % width];
            }
            assertThat((double) out[i]).isCloseTo(relu ? Math.max(0, sum) : sum, within(2e-5));
          }
        }
      }
    }
  }

  @Test
  void nothingIsWrittenBehindTheResult() {
    float[] out = new float[2 * 5 + 4];
    java.util.Arrays.fill(out, -7f);
    Dense.PACKING
        .pack(new float[15], 3, 5, false)
        .run(new float[6], 2, new float[0], false, out, new float[Dense.BLOCK][Dense.PANEL]);
    for (int i = 0; i < out.length; i++) {
      assertThat(out[i]).isEqualTo(i < 10 ? 0f : -7f);
    }
  }

  private static float[] random(SplittableRandom random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }
}
