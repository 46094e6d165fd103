package dev.broadsheet.site;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The work behind the one button, done by a real browser; and the page where no script runs. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(ProofOfWorkBrowserTest.WithWork.class)
class ProofOfWorkBrowserTest {

    public static class WithWork implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.signup.proof-of-work", "true", "broadsheet.signup.min-seconds", "60");
        }
    }

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    @TestHTTPResource("/")
    URI root;

    @Test
    void person_whoseFormLooksLikeAPrograms_isLetInByTheirBrowsersWork() {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), CHROMIUM + " is not there to do the work");
        String slug = Api.newsletter();
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(CHROMIUM)
                                .setHeadless(true)
                                .setArgs(List.of("--no-sandbox", "--disable-gpu")))) {
            List<String> complaints = new ArrayList<>();
            Page page = browser.newPage();
            page.onConsoleMessage(message -> complaints.add(message.text()));
            page.onPageError(complaints::add);
            Locator button = open(page, slug);
            assertThat(button)
                    .isEnabled(new com.microsoft.playwright.assertions.LocatorAssertions.IsEnabledOptions()
                            .setTimeout(60_000));
            assertThat(page.locator("input[name=work]")).hasValue(Pattern.compile("[0-9]+"));
            assertThat(page.locator("noscript")).isHidden();
            button.click();
            assertThat(page).hasURL(Pattern.compile("/subscribe/check-inbox$"));
            assertThat(complaints).isEmpty();

            Page plain = browser.newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))
                    .newPage();
            Locator early = open(plain, slug);
            assertThat(plain.locator("noscript p")).isVisible();
            early.click();
            assertThat(plain.getByRole(AriaRole.ALERT)).containsText("too soon");
        }
    }

    @Test
    void pages_withTheHiddenField_areAccessible_andNobodySeesOrReachesIt() {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), CHROMIUM + " is not there to look");
        String slug = Api.newsletter();
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(CHROMIUM)
                                .setHeadless(true)
                                .setArgs(List.of("--no-sandbox", "--disable-gpu")))) {
            Page page = browser.newPage();
            page.navigate(root.resolve("/n/" + slug).toString());
            assertThat(page.locator("input[name=homepage]")).not().isInViewport();
            assertThat(page.getByRole(AriaRole.TEXTBOX)).hasCount(2);
            page.getByText("This form on your own site").click();
            assertThat(page.locator("details pre"))
                    .containsText(
                            "<form action=\"" + TestDatabase.BASE_URL + "/n/" + slug + "/subscribe\" method=\"post\"");
            assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
            open(page, slug);
            assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
        }
    }

    /** Types an address, and is doubted. @return the one button */
    private Locator open(Page page, String slug) {
        page.navigate(root.resolve("/n/" + slug).toString());
        page.getByLabel("E-mail address").fill(Readers.address());
        page.getByRole(AriaRole.BUTTON).click();
        assertThat(page.getByRole(AriaRole.HEADING)).hasText("One more step");
        return page.getByRole(AriaRole.BUTTON);
    }
}
