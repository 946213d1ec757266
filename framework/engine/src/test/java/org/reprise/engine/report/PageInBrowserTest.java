package org.reprise.engine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Pages in a real browser: nothing is fetched, nothing complains, everything is drawn, answers and
 * can be reached. Screenshots stay in {@code target/pages}.
 */
class PageInBrowserTest {
  private static final Path SCREENSHOTS = Path.of("target", "pages");
  private static final int DRAWN_WITHIN_MS = 2000;

  @TempDir private static Path folder;
  private static ChromeDriver browser;
  private static Path run;
  private static Path large;
  private static Path study;
  private static Path pair;

  @BeforeAll
  static void open() throws IOException {
    Path chromium = program("chromium");
    Path driver = program("chromedriver");
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    System.out.println("PageInBrowserTest: -Dreprise.seed=" + seed);
    Path runs = Files.createDirectories(folder.resolve("runs"));
    Path first = new RecordedRun(folder.resolve("blm-1"), 64, 8, 12, seed).folder;
    Path second = new RecordedRun(folder.resolve("blm-2"), 64, 8, 9, seed + 1).folder;
    for (String task : List.of("one", "two", "three")) {
      for (String mapping : List.of("ilm", "blm", "blm++")) {
        for (int repeat = 0; repeat < 2; repeat++) {
          Path place = runs.resolve(task + mapping + repeat);
          new RecordedRun(place, 20, 4, 1 + mapping.length(), seed).of(task, mapping, repeat);
        }
      }
    }
    Path big = new RecordedRun(folder.resolve("big"), 1000, 397, 100, seed + 2).folder;
    run = page("run", Reports.data(first, false));
    study = page("study", Reports.data(runs, false));
    pair = page("pair", Reports.pair(first, second, false));
    large = page("large", Reports.data(big, false));
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.addArguments("--headless=new", "--disable-gpu", "--disable-dev-shm-usage");
    if (System.getProperty("user.name").equals("root")) {
      options.addArguments("--no-sandbox");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    // it knows the protocol of few versions, and this test uses little of it
    Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE);
    File executable = driver.toFile();
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(executable).build(), options);
    Files.createDirectories(SCREENSHOTS);
  }

  private static Path page(String name, ObjectNode data) throws IOException {
    return Files.writeString(folder.resolve(name + ".html"), Reports.html(data));
  }

  private static Path program(String name) {
    for (String place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      Path program = Path.of(place, name);
      if (Files.isExecutable(program)) {
        return program;
      }
    }
    String missing = "there is no " + name + " on the path";
    assertThat(System.getenv("REPRISE_BROWSER")).as(missing).isNotEqualTo("required");
    System.out.println("PageInBrowserTest: left out, " + missing);
    return abort(missing);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  private static void show(Path page, int width, int height, boolean dark) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    prefer(dark ? "dark" : "light");
    browser.get(page.toUri().toString());
    await(
        "const n = +document.documentElement.dataset.charts; return n > 0 && n ==="
            + " document.querySelectorAll('.chart[data-drawn]').length");
  }

  private static void await(String condition) {
    new WebDriverWait(browser, Duration.ofSeconds(60), Duration.ofMillis(10))
        .until(b -> (Boolean) browser.executeScript(condition));
  }

  private static void prefer(String colours) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
  }

  private static Object script(String text, Object... arguments) {
    return browser.executeScript(text, arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "large", "study", "pair"})
  void drawsEverythingWithoutARequestOrAComplaint(String name) throws IOException {
    Path page = Map.of("run", run, "large", large, "study", study, "pair", pair).get(name);
    for (int width : new int[] {400, 1400}) {
      boolean dark = width == 400;
      show(page, width, 1200, dark);
      String place = name + "-" + width + (dark ? "-dark" : "-light");
      List<LogEntry> log = browser.manage().logs().get(LogType.BROWSER).getAll();
      assertThat(log).as(place).isEmpty();
      assertThat(
              (List<?>)
                  script(
                      "return performance.getEntriesByType('resource').filter(e =>"
                          + " !e.name.startsWith('data:')).map(e => e.name)"))
          .as(place)
          .isEmpty();
      assertThat(
              script(
                  "return document.documentElement.scrollWidth -"
                      + " document.documentElement.clientWidth"))
          .as("%s: nothing stands out to the right", place)
          .isEqualTo(0L);
      assertThat(
              (List<?>)
                  script(
                      "return [...document.querySelectorAll('.chart')].filter(c =>"
                          + " !c.querySelector('svg path, canvas')).map(c => c.id)"))
          .as(place)
          .isEmpty();
      Files.write(SCREENSHOTS.resolve(place + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }
  }

  @Test
  void aThousandByManyLabelsAreDrawnInTime() {
    long limit = Long.getLong("reprise.drawn.ms", DRAWN_WITHIN_MS);
    long drawn = Long.MAX_VALUE;
    for (int i = 0; i < 3 && drawn > limit; i++) { // a busy machine may need a second look
      show(large, 1400, 1200, false);
      String taken = (String) script("return document.getElementById('matrix').dataset.drawn");
      drawn = Math.min(drawn, Long.parseLong(taken));
    }
    long cells =
        (Long)
            script(
                "return"
                    + " echarts.getInstanceByDom(document.getElementById('matrix')).getOption().series[0].data.length");
    assertThat(cells).isBetween(5000L, 12_000L);
    System.out.println("PageInBrowserTest: 1000x397 drawn in " + drawn + " ms");
    assertThat(drawn).isLessThanOrEqualTo(limit);
    assertThat((Long) script("return document.querySelectorAll('.target').length")).isEqualTo(397);
  }

  @Test
  void theFilterFindsTargetAndSourceLabels() {
    show(large, 1400, 1200, false);
    WebElement filter = browser.findElement(By.id("filter"));
    filter.sendKeys("target 39");
    assertThat(script("return document.querySelectorAll('.target:not([hidden])').length"))
        .isEqualTo(8L); // 39 and 390 to 396
    filter.clear();
    filter.sendKeys("nothing of this name");
    assertThat(script("return document.querySelectorAll('.target:not([hidden])').length"))
        .isEqualTo(0L);
    filter.clear();
    filter.sendKeys("SOURCE <B>7</");
    assertThat((Long) script("return document.querySelectorAll('.target:not([hidden])').length"))
        .isBetween(1L, 396L);
  }

  @Test
  void theMatrixAnswersPointerFloorAndKeyboard() {
    show(run, 1400, 1200, false);
    WebElement matrix = browser.findElement(By.id("matrix"));
    script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", matrix);
    WebElement words = browser.findElement(By.cssSelector("#matrix + .live"));
    int inside = -matrix.getSize().getWidth() / 4; // of the plot, whose cells are close together
    for (int step = 0; step < 40 && words.getText().isEmpty(); step++) {
      new Actions(browser)
          .moveToElement(matrix, inside + 11 * step, -40 + 7 * (step % 9))
          .perform();
    }
    assertThat(words.getText()).contains("source <b>", "target ", "ω");

    WebElement floor = browser.findElement(By.id("floor"));
    String all =
        browser.findElement(By.cssSelector("#floor")).findElement(By.xpath("../..")).getText();
    floor.sendKeys(Keys.END);
    assertThat(floor.findElement(By.xpath("../..")).getText()).isNotEqualTo(all);
    floor.sendKeys(Keys.HOME);
    assertThat(floor.findElement(By.xpath("../..")).getText()).isEqualTo(all);

    matrix.sendKeys(Keys.HOME);
    String first = words.getText();
    matrix.sendKeys(Keys.ARROW_RIGHT);
    assertThat(words.getText()).isNotEqualTo(first).contains("ω");
    matrix.sendKeys(Keys.ARROW_DOWN);
    assertThat(target(words)).isNotEqualTo(target(first));

    String zoom =
        "return echarts.getInstanceByDom(document.getElementById('matrix')).getOption()"
            + ".dataZoom.slice(0, 2).map(z => Math.round(z.end - z.start)).join()";
    matrix.sendKeys("+");
    assertThat(script(zoom)).isEqualTo("50,75"); // six of eight rows are always shown
    matrix.sendKeys("-");
    assertThat(script(zoom)).isEqualTo("100,100");
  }

  private static String target(WebElement words) {
    return target(words.getText());
  }

  private static String target(String words) {
    return words.substring(words.indexOf('→'), words.lastIndexOf(": ω"));
  }

  @Test
  void theKeyboardReachesAllThatCanBeUsed() {
    show(run, 1400, 1200, false);
    String usable = "a[href], button, input, select, summary, [tabindex='0']";
    long expected =
        (Long)
            script(
                "return [...document.querySelectorAll(arguments[0])].filter(e =>"
                    + " e.checkVisibility()).length",
                usable);
    script("document.body.focus()");
    Actions tab = new Actions(browser);
    script(
        "window.reached = new Set(); document.addEventListener('focusin', e =>"
            + " reached.add(e.target))");
    for (int i = 0; i < expected + 5; i++) {
      tab.sendKeys(Keys.TAB);
    }
    tab.perform();
    assertThat(
            (List<?>)
                script(
                    "return [...document.querySelectorAll(arguments[0])].filter(e =>"
                        + " e.checkVisibility() && !reached.has(e)).map(e => e.outerHTML.slice(0,"
                        + " 80))",
                    usable))
        .isEmpty();
    for (String chart :
        List.of("accuracy", "entropy", "confusion", "classes", "calibration", "phases")) {
      browser.findElement(By.id(chart)).sendKeys(Keys.ARROW_RIGHT);
      assertThat(browser.findElement(By.cssSelector("#" + chart + " + .live")).getText())
          .as(chart)
          .isNotEmpty();
    }
  }

  @Test
  void ranksAreDrawnWithTheCriticalDifference() {
    show(study, 1400, 1200, false);
    WebElement ranks = browser.findElement(By.id("ranks"));
    // three methods on three data sets: 2.343 * sqrt(3 * 4 / (6 * 3)), and so all are one group
    assertThat((String) script("return arguments[0].textContent", ranks))
        .contains("critical difference 1.91", "blm++");
    assertThat(script("return document.querySelectorAll('#ranks path[stroke-width=\"4\"]').length"))
        .isEqualTo(1L);
    ranks.sendKeys(Keys.HOME);
    assertThat(browser.findElement(By.cssSelector("#ranks + .live")).getText())
        .isEqualTo("blm++: mean rank 1.00; not told apart from blm, ilm");
  }

  @Test
  void printsInLightColoursAtTheWidthOfPaper() {
    show(run, 1400, 1200, true);
    script("window.dispatchEvent(new Event('beforeprint'))");
    assertThat(script("return document.documentElement.dataset.theme")).isEqualTo("light");
    assertThat(script("return document.body.clientWidth")).isEqualTo(690L);
    assertThat(
            (List<?>)
                script(
                    "return [...document.querySelectorAll('.chart')].filter(c => { const d ="
                        + " c.querySelector('.printed, svg'); return d.tagName === 'svg' ?"
                        + " d.getAttribute('width') > c.clientWidth + 1 :"
                        + " !new Uint32Array(d.getContext('2d').getImageData(0, 0, d.width,"
                        + " d.height).data.buffer).some(Boolean); }).map(c => c.id)"))
        .isEmpty();
    script("window.dispatchEvent(new Event('afterprint'))");
    assertThat(script("return document.documentElement.dataset.theme")).isEqualTo("dark");
    assertThat(script("return document.querySelectorAll('.printed').length")).isEqualTo(0L);
  }

  @Test
  void wordsOfARecordAreNoScripts() throws IOException {
    Path place = Files.createDirectories(folder.resolve("hostile"));
    Path first = new RecordedRun(place.resolve("a"), 20, 4, 3, 1).hostile().folder;
    Path second = new RecordedRun(place.resolve("b<img src=x>"), 20, 4, 2, 2).hostile().folder;
    for (ObjectNode data :
        List.of(
            Reports.data(first, true),
            Reports.data(place, false),
            Reports.pair(first, second, false))) {
      show(page("hostile", data), 1400, 1200, false);
      script("document.querySelectorAll('details').forEach(d => d.open = true)");
      for (WebElement chart : browser.findElements(By.className("chart"))) {
        chart.sendKeys(Keys.HOME, Keys.ARROW_DOWN); // with the tooltip
      }
      assertThat(script("return window.hit")).as("%s", data.path("kind")).isNull();
      assertThat(
              script(
                  "return document.querySelectorAll('[onerror], [onload], img:not([src^=\"data:\"])').length"))
          .as("%s", data.path("kind"))
          .isEqualTo(0L);
      assertThat((String) script("return document.body.innerText")).contains("onerror=");
      assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }
  }

  @Test
  void axeFindsNothing() throws IOException {
    String axe;
    try (InputStream stream = getClass().getResourceAsStream("/axe.min.js")) {
      axe = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Path page : List.of(run, study, pair)) {
      show(page, 1400, 1200, false);
      // a script of the page would not pass its policy; one of the driver is none of the page's
      script(axe + "; window.axe = axe;");
      for (boolean dark : new boolean[] {false, true}) {
        String colours = dark ? "dark" : "light";
        prefer(colours); // which an open page follows
        await("return document.documentElement.dataset.theme === '" + colours + "'");
        Object found =
            browser.executeAsyncScript(
                "const done = arguments[arguments.length - 1];"
                    + " axe.run(arguments[0] ? {exclude: ['svg']} : document,"
                    + " {resultTypes: ['violations'],"
                    + " ...arguments[0] && {runOnly: ['color-contrast']}}).then(r =>"
                    + " done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0,"
                    + " 120) + ' ' + n.failureSummary).slice(0, 3).join(' | '))))",
                dark); // only the colours are others then
        assertThat((List<?>) found).as("%s %s", page.getFileName(), dark).isEmpty();
      }
    }
  }

  @Test
  void oneFigureAloneFillsTheWindow() {
    show(run, 1400, 1200, true);
    browser.get(run.toUri() + "#figure=confusion&theme=light");
    browser.navigate().refresh();
    assertThat(script("return document.documentElement.dataset.charts")).isEqualTo("1");
    assertThat(script("return document.documentElement.dataset.theme")).isEqualTo("light");
    assertThat(
            (List<?>)
                script(
                    "return [...document.querySelectorAll('.chart')].filter(c =>"
                        + " c.checkVisibility()).map(c => c.id)"))
        .hasSize(1)
        .first()
        .isEqualTo("confusion");
  }
}
