package dev.tandem.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildTest {

  @Test
  void knowsItsVersion() {
    assertThat(Build.current().version()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
  }

  @Test
  void namesACommitOrSaysThatItIsUnknown() {
    assertThat(Build.current().revision()).matches("[0-9a-f]{7,40}(-dirty)?|unknown");
  }
}
