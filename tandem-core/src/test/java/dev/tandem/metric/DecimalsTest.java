package dev.tandem.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalsTest {
  @ParameterizedTest
  @CsvSource({
    "-0.00004, 4, 0.0000, 0.0000",
    "0.00004, 4, 0.0000, 0.0000",
    "-0.0, 4, 0.0000, 0.0000",
    "-0.4, 0, 0, 0",
    "-0.00005, 4, -0.0001, -0.0001",
    "0.12345, 3, 0.123, +0.123",
    "-10.0, 1, -10.0, -10.0",
    "NaN, 2, NaN, NaN"
  })
  void onlyWhatIsNotZeroHasASign(double value, int places, String plain, String signed) {
    assertThat(Decimals.of(value, places)).isEqualTo(plain);
    assertThat(Decimals.signed(value, places)).isEqualTo(signed);
  }
}
