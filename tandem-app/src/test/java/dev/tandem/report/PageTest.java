package dev.tandem.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a file, and in a real browser. */
class PageTest {

  @TempDir private Path directory;

  @Test
  void oneFileNeedsNothingElse() {
    String html = Samples.report().html();

    assertThat(html.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(3_000_000);
    assertThat(html).doesNotContainPattern("<(?:script|link|img)[^>]*(?:src|href)=\"(?!data:)");
    assertThat(html).contains("default-src 'none'");
  }

  @Test
  void namesOfTheUserCannotBreakOut() {
    String html = Samples.report().html();

    assertThat(html).doesNotContain(Samples.NASTY).doesNotContain("<img src=x");
    assertThat(html.split("</script>", -1)).hasSize(6);
  }

  @Test
  void theBrowserDrawsEveryChartWithoutAWord() throws Exception {
    Browser browser = Browser.orSkip(directory);
    Path page = Files.writeString(directory.resolve("report.html"), Samples.report().html());

    Browser.Dom dom = browser.open(page);

    assertThat(dom.console()).isEmpty();
    assertThat(dom.root("data-errors")).isEmpty();
    assertThat(dom.root("data-charts")).isEqualTo(dom.root("data-rendered"));
    // Seesaw, funnel, 6 curves of 3 tasks, 3 pictures each, gates, relatedness, gradients, network.
    assertThat(dom.charts()).hasSize(1 + 1 + 6 + 9 + 3 + 1 + 5 + 1).allMatch(marks -> marks > 0);
    assertThat(dom.html()).contains("<title>shop</title>").doesNotContain("<img");
    screenshots(browser, page);
  }

  /** For people to look at, where a directory is given: {@code -Dtandem.screenshots=DIR}. */
  private static void screenshots(Browser browser, Path page) throws Exception {
    String wanted = System.getProperty("tandem.screenshots");
    if (wanted != null) {
      Path to = Files.createDirectories(Path.of(wanted));
      browser.screenshot(page, to.resolve("desktop.png"), 1200, 6400);
      browser.screenshot(page, to.resolve("phone.png"), 500, 9000);
      browser.screenshot(
          page, to.resolve("dark.png"), 1200, 6400, "--blink-settings=preferredColorScheme=0");
    }
  }
}
