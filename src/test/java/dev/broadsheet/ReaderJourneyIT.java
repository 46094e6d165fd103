package dev.broadsheet;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A newcomer goes through everything in a browser. Whatever page comes by, nothing of it is blocked, broken or fetched
 * from elsewhere.
 */
class ReaderJourneyIT {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final String TOKEN = "token-of-the-journey-test";

    @TempDir
    static Path folder;

    private static Program program;
    private static Playwright playwright;
    private static Browser browser;

    /** What went wrong on any page: words on the console (blocked content is said there), requests to other hosts. */
    private final List<String> complaints = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        if (!Files.isExecutable(CHROMIUM)) {
            return;
        }
        program = new Program(
                folder,
                Map.of(
                        "BROADSHEET_DATA_DIR",
                        folder.resolve("data").toString(),
                        "BROADSHEET_ADMIN_TOKEN",
                        TOKEN,
                        "BROADSHEET_SIGNUP_MIN_SECONDS",
                        "0"));
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setHeadless(true)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
        program.awaitReady();
    }

    @BeforeEach
    void needsABrowser() {
        Assumptions.assumeTrue(browser != null, CHROMIUM + " is not there to go through the pages");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (playwright != null) {
            playwright.close(); // and the browser with it
        }
        if (program != null) {
            program.stop();
        }
    }

    @AfterEach
    void nothingWasBlockedBrokenOrFetchedFromElsewhere() {
        assertThat(complaints).isEmpty();
    }

    @Test
    void newcomer_subscribesReadsLeavesAndComesBack_byClickingOnly() {
        try (BrowserContext context = context(new Browser.NewContextOptions())) {
            Page page = context.newPage();
            page.navigate(program.url() + "/n/sample");
            accessible(page);
            page.getByLabel("E-mail address").pressSequentially("ada@example.org");
            page.getByLabel("Name").pressSequentially("Ada");
            page.getByRole(AriaRole.BUTTON).click();
            says(page, "Check your inbox");
            assertThat(page).hasURL(Pattern.compile("/n/sample/subscribe/check-inbox$"));

            FrameLocator mail = open(page, "ada@example.org", "Please confirm your subscription to Small Tools Weekly");
            assertThat(mail.getByRole(AriaRole.HEADING)).hasText("Please confirm your subscription");
            Page confirm = page.waitForPopup(
                    () -> mail.getByText("Confirm my subscription").click());
            says(confirm, "Confirm your subscription");
            assertThat(confirm.locator("main")).containsText("a…@example.org");
            press(confirm, "Yes, subscribe me");
            says(confirm, "You are subscribed");
            assertThat(confirm).hasURL(Pattern.compile("/n/sample/subscribe/welcome$"));
            confirm.close();

            send("newcomer");
            FrameLocator issue = open(page, "ada@example.org", "Small Tools Weekly 1: plain text, sharp knives");
            assertThat(page.locator("iframe")).hasAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
            assertThat(issue.getByRole(AriaRole.HEADING).first())
                    .hasText("Small Tools Weekly 1: Plain text, sharp knives");
            view(page, "Text");
            assertThat(page.locator("pre")).containsText("You get this mail because you subscribed");
            view(page, "Source");
            assertThat(page.locator("pre")).containsText("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
            page.getByRole(AriaRole.LINK, named("HTML")).click();
            Page web = page.waitForPopup(
                    () -> issue.getByText("Read on the web").first().click());
            says(web, "Small Tools Weekly 1: Plain text, sharp knives");
            web.close();

            Page leave = page.waitForPopup(() -> issue.getByText("Unsubscribe").click());
            says(leave, "Unsubscribe");
            assertThat(leave.locator("main")).containsText("a…@example.org gets no more issues of Small Tools Weekly");
            press(leave, "Unsubscribe");
            says(leave, "You are unsubscribed");
            assertThat(state("ada@example.org")).isEqualTo("UNSUBSCRIBED");
            press(leave, "Undo, keep me subscribed");
            says(leave, "You are subscribed again");
            assertThat(state("ada@example.org")).isEqualTo("ACTIVE");
        }
    }

    @Test
    void withoutScript_theSameFormsSubscribeConfirmAndUnsubscribe() {
        try (BrowserContext context = context(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            Page page = context.newPage();
            page.navigate(program.url() + "/n/sample");
            page.getByLabel("E-mail address").fill("grace@example.org");
            press(page, "Subscribe");
            assertThat(page.locator("h1")).hasText("Check your inbox");

            FrameLocator mail =
                    open(page, "grace@example.org", "Please confirm your subscription to Small Tools Weekly");
            page.navigate(mail.getByText("Confirm my subscription").getAttribute("href"));
            press(page, "Yes, subscribe me");
            assertThat(page.locator("h1")).hasText("You are subscribed");

            send("without-script");
            FrameLocator issue = open(page, "grace@example.org", "Small Tools Weekly 1: plain text, sharp knives");
            page.navigate(issue.getByText("Unsubscribe").getAttribute("href"));
            press(page, "Unsubscribe");
            assertThat(page.locator("h1")).hasText("You are unsubscribed");
            assertThat(state("grace@example.org")).isEqualTo("UNSUBSCRIBED");
        }
    }

    @Test
    void everyPage_isReadableInTheDark_andOnAPhone() {
        try (BrowserContext context = context(
                new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK).setViewportSize(360, 640))) {
            Page page = context.newPage();
            for (String path : List.of("/", "/n/sample/issues", "/n/sample/issues/welcome", "/outbox")) {
                page.navigate(program.url() + path);
                accessible(page);
            }
            page.navigate(program.url() + "/n/sample");
            page.getByLabel("E-mail address").fill("somebody@localhost");
            press(page, "Subscribe");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("Please check the address");
            accessible(page);
            complaints.removeIf(said -> said.contains("status of 400")); // which is what it is about

            page.navigate(program.url() + "/n/sample"); // as if it stood on another site
            page.locator("input[name=ts]").evaluate("field => field.remove()");
            page.getByLabel("E-mail address").fill("cy@example.org");
            press(page, "Subscribe");
            says(page, "One more step");
            press(page, "Subscribe");
            says(page, "Check your inbox");

            page.navigate(program.url() + "/confirm/nonsense");
            says(page, "Not Found");
            complaints.removeIf(said -> said.contains("status of 404"));
        }
    }

    /** Long words, wide tables, code and deep lists: whatever an editor writes, the page itself never scrolls sideways. */
    @Test
    void issueOfAwkwardShapes_isReadable_atEveryWidthInBothColours() {
        bring("awkward", """
                Title: An issue with a-word-that-is-very-long-and-goes-on-and-on-without-end-or-so-it-seems_and_then_some
                Date: 2026-03-11

                See https://example.org/%1$s and `%1$s`.

                # In numbers

                | Name | %1$s | Count |
                |:-----|:----:|------:|
                | one  | two  | 3     |

                #### Skipped

                ```
                let line = "%1$s";
                ```

                1. one
                   1. two
                      1. three
                         - four
                           - five, with enough words behind it to need a second line

                > [a link](#in-numbers)
                """.formatted("no_place_to_break_".repeat(12)));
        for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {320, 600, 1200}) {
                try (BrowserContext context = context(
                        new Browser.NewContextOptions().setColorScheme(colours).setViewportSize(width, 800))) {
                    Page page = context.newPage();
                    for (String path : List.of("/n/sample", "/n/sample/issues", "/n/sample/issues/awkward")) {
                        page.navigate(program.url() + path);
                        accessible(page);
                    }
                    page.getByText("a link").click();
                    assertThat(page).hasURL(Pattern.compile("#in-numbers$"));
                    assertThat(page.locator("h2:target")).isInViewport();
                    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Previous issue"))
                            .click();
                    assertThat(page).hasURL(Pattern.compile("/n/sample/issues/welcome$"));
                }
            }
        }
    }

    private BrowserContext context(Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(20_000);
        context.onConsoleMessage(message -> complaints.add(message.page().url() + " says: " + message.text()));
        context.onWebError(error -> complaints.add(error.page().url() + " fails: " + error.error()));
        context.onRequest(request -> {
            URI to = URI.create(request.url());
            if (to.getPort() != program.port() || !to.getHost().equals("localhost")) {
                complaints.add("A request to " + to);
            }
        });
        return context;
    }

    /** The page has this one heading, and no barrier that a machine can find. */
    private static void says(Page page, String heading) {
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                .hasText(heading);
        accessible(page);
    }

    private static void accessible(Page page) {
        page.waitForLoadState(LoadState.LOAD);
        List<Rule> barriers = new AxeBuilder(page).analyze().getViolations();
        assertThat(barriers)
                .as(page.url())
                .extracting(rule -> rule.getId() + ": " + rule.getNodes())
                .isEmpty();
        assertThat(page.locator("h1")).hasCount(1);
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .as(page.url() + " fits its window")
                .isTrue();
    }

    private static void press(Page page, String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private static void view(Page page, String name) {
        page.getByRole(AriaRole.LINK, named(name)).click();
        assertThat(page.locator(".views [aria-current]")).hasText(name);
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    /** Looks for a mail in the outbox until it has come. @return what the mail itself shows */
    private static FrameLocator open(Page page, String to, String subject) {
        Locator mail = page.locator(".mails a").filter(new Locator.FilterOptions().setHasText(subject));
        await().pollInSameThread().untilAsserted(() -> {
            page.navigate(program.url() + "/outbox");
            page.getByLabel("To").fill(to);
            press(page, "Show");
            assertThat(mail.count()).isEqualTo(1);
        });
        mail.click();
        assertThat(page.locator("h1")).hasText(subject);
        return page.frameLocator("iframe");
    }

    /** An issue that any other test may come upon. */
    private static void bring(String issue, String markdown) {
        String path = "/api/newsletters/sample/issues/" + issue;
        given().baseUri(program.url())
                .header("Authorization", "Bearer " + TOKEN)
                .contentType("text/markdown;charset=UTF-8")
                .body(markdown)
                .put(path)
                .then()
                .statusCode(201);
        given().baseUri(program.url())
                .header("Authorization", "Bearer " + TOKEN)
                .contentType("application/json")
                .body("{}")
                .post(path + "/publish")
                .then()
                .statusCode(200);
    }

    private static void send(String key) {
        given().baseUri(program.url())
                .header("Authorization", "Bearer " + TOKEN)
                .header("Idempotency-Key", key)
                .contentType("application/json")
                .body("{}")
                .post("/api/newsletters/sample/issues/welcome/campaigns")
                .then()
                .statusCode(202);
    }

    private static String state(String email) {
        return given().baseUri(program.url())
                .header("Authorization", "Bearer " + TOKEN)
                .queryParam("query", email)
                .get("/api/newsletters/sample/subscribers")
                .then()
                .statusCode(200)
                .extract()
                .path("items.find { it.email == '" + email + "' }.state");
    }
}
