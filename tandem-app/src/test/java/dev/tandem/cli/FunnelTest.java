package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A funnel is declared once, by within; everything else follows from it. */
class FunnelTest {
  @TempDir Path directory;

  private Shop shop = new Shop(Path.of(""));

  @BeforeEach
  void openShop() throws IOException {
    shop = Shop.open(directory);
    shop.edit("run.yaml", "buy: buy", "buy: {label: buy, within: click}");
  }

  @Test
  void labelsAgainstTheOrderAreCounted() throws IOException {
    Files.writeString(
        shop.file("train.csv"), "u1,i1,2.5,0,1\nu2,i1,2.5,0,1\n", StandardOpenOption.APPEND);
    Shell shell = shop.train();
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(shell.complaint())
        .contains("task buy: 2 of the train rows are positive", "negative for click", "within");
    assertThat(shop.model().resolve("manifest.json")).doesNotExist();
    Shell checked = Shell.run("validate", shop.run(), "--cache", shop.file("cache"));
    assertThat(checked.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(checked.out()).contains("error: buy: 2 training rows");
  }

  @Test
  void aFunnelInACircleIsRefused() throws IOException {
    shop.edit("run.yaml", "{click: click,", "{click: {label: click, within: buy},");
    Shell shell = shop.train();
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.complaint()).contains("tasks.click.within", "tasks.buy.within");
  }

  @Test
  void aHeadThatTakesOtherTasksSaysSo() throws IOException {
    shop.edit("run.yaml", "towers: [4]", "towers: [4]\n  head: esm2");
    Shell shell = shop.train();
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.complaint()).contains("model.head", "three tasks", "found 2");
  }
}
