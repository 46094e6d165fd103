package dev.broadsheet.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.TestDatabase;
import dev.broadsheet.issues.IssueState;
import dev.broadsheet.issues.PublishedIssue;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.subscribers.Preferences;
import dev.broadsheet.subscribers.Subscription;
import io.quarkus.qute.Engine;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.qute.i18n.Message;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every readers' page, in words of one language. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class PageTextsTest {

    private static final Path TEMPLATES = Path.of("src/main/resources/templates");

    @Inject
    Engine engine;

    /** The templates of pages, the outbox's aside: that is for editors. */
    static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.walk(TEMPLATES, 2)) {
            return files.filter(
                            file -> file.getParent().getFileName().toString().endsWith("Page"))
                    .map(file -> TEMPLATES.relativize(file).toString().replace(".html", ""))
                    .filter(name -> !name.startsWith("OutboxPage"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page_ofAGermanNewsletter_hasNoEnglishWordOfOurs(String template) throws Exception {
        Document page = Jsoup.parse(Pages.render(page(template, "de-AT"), "de-AT"));
        assertThat(page.selectFirst("html").attr("lang")).isEqualTo("de");
        assertThat(page.title()).isNotBlank();
        String words = page.wholeText() + " "
                + String.join(" ", page.select("[aria-label]").eachAttr("aria-label"));
        assertThat(words).doesNotContain(englishOnly());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page_inALanguageThatWeHaveNoWordsOf_isEnglishAndSaysSo(String template) {
        Document page = Jsoup.parse(Pages.render(page(template, "fr"), "fr"));
        assertThat(page.selectFirst("html").attr("lang")).isEqualTo("en");
    }

    @Test
    void title_withMarkup_isEscapedOnce() {
        TemplateInstance page = page("ConfirmPage/ask", "de");
        Newsletter newsletter = newsletter("de");
        newsletter.title = "Salt & <b>Pepper</b> {newsletter.id}";
        String html = Pages.render(page.data("newsletter", newsletter), "de");
        assertThat(html)
                .contains("Salt &amp; &lt;b&gt;Pepper&lt;/b&gt; {newsletter.id} geht an")
                .doesNotContain("<b>");
    }

    /** A page with all that any page may show: each takes what it needs. */
    private TemplateInstance page(String template, String language) {
        Newsletter newsletter = newsletter(language);
        IssueLinks.IssueLink link =
                new IssueLinks.IssueLink("Ausgabe 1", LocalDate.parse("2026-11-25"), "25. November 2026", "/x");
        return engine.getTemplate(template)
                .instance()
                .data("newsletter", newsletter)
                .data("newsletters", List.of(newsletter))
                .data("form", new SignUpForm("/x", "ts", "button", "a@example.org", "Ada", List.of("neues"), "Fehler"))
                .data("why", SignUpGate.Doubt.ROLE)
                .data("zeroBits", 16)
                .data("snippet", "<form></form>")
                .data("latest", List.of(link))
                .data("issues", new Paging.Page<>(List.of(link), "next"))
                .data(
                        "issue",
                        new PublishedIssue(
                                1,
                                "x",
                                null,
                                "Ausgabe 2",
                                LocalDate.parse("2026-11-25"),
                                IssueState.PUBLISHED,
                                null,
                                "<p>x</p>",
                                Instant.EPOCH,
                                Instant.EPOCH))
                .data("content", "<p>x</p>")
                .data("date", "25. November 2026")
                .data("direction", "ltr")
                .data("older", link)
                .data("newer", link)
                .data("meta", PageHead.of(newsletter, "Rundbrief", "https://news.example.test/x", "Kurz"))
                .data("maskedEmail", "a…@example.org")
                .data("token", "token")
                .data("undo", "token")
                .data("reason", "token")
                .data("typed", "a@example.org")
                .data("error", "Fehler")
                .data("note", "Gespeichert.")
                .data("active", true)
                .data(
                        "of",
                        new Preferences.Stored(
                                1,
                                newsletter,
                                "a…@example.org",
                                Subscription.State.ACTIVE,
                                "Ada",
                                List.of(),
                                null,
                                "de"))
                .data("sections", List.of(new PreferencesPage.Section("x", "Rubrik", true, List.of())))
                .data("languages", List.of(new PreferencesPage.Language("de", "Deutsch", true)))
                .data("pauseFrom", LocalDate.parse("2026-11-25"))
                .data("pauseTo", LocalDate.parse("2027-11-25"))
                .data("alreadyLeft", false);
    }

    private static Newsletter newsletter(String language) {
        Newsletter newsletter = new Newsletter("rundbrief", Instant.EPOCH);
        newsletter.title = "Rundbrief";
        newsletter.fromEmail = "post@example.org";
        newsletter.language = language;
        newsletter.siteUrl = "https://example.org";
        newsletter.archive = Newsletter.Archive.PUBLIC;
        return newsletter;
    }

    /** Pieces of English messages that stand in no German one. */
    private static List<String> englishOnly() throws Exception {
        String german = Files.readString(Path.of("src/main/resources/messages/pages_de.properties"));
        List<String> pieces = new ArrayList<>();
        for (Method message : PageTexts.class.getDeclaredMethods()) {
            for (String piece : message.getAnnotation(Message.class).value().split("\\{[^}]*}")) {
                if (piece.strip().length() > 3 && !german.contains(piece.strip())) {
                    pieces.add(piece.strip());
                }
            }
        }
        return pieces;
    }
}
