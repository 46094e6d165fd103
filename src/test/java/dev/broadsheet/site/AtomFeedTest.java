package dev.broadsheet.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.rometools.rome.feed.atom.Entry;
import com.rometools.rome.feed.atom.Feed;
import com.rometools.rome.io.WireFeedInput;
import dev.broadsheet.issues.IssueState;
import dev.broadsheet.issues.PublishedIssue;
import dev.broadsheet.newsletters.Newsletter;
import java.io.StringReader;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.jdom2.Document;
import org.jdom2.Element;
import org.jdom2.Namespace;
import org.jdom2.input.SAXBuilder;
import org.junit.jupiter.api.Test;

class AtomFeedTest {

    private static final Namespace ATOM = Namespace.getNamespace("http://www.w3.org/2005/Atom");
    private static final Instant MADE = Instant.parse("2026-01-01T12:00:00.123456Z");

    private final Newsletter newsletter = newsletter();

    @Test
    void feed_holdsWhatRfc4287AsksFor() throws Exception {
        newsletter.description = "Weekly & short <3";
        Element feed = xml(write(issue("two", "2026-03-11"), issue("one", "2026-03-04")));
        assertThat(feed.getNamespace()).isEqualTo(ATOM);
        assertThat(feed.getAttributeValue("lang", Namespace.XML_NAMESPACE)).isEqualTo("de-AT");
        assertThat(feed.getChildText("title", ATOM)).isEqualTo("Kleine Werkzeuge");
        assertThat(feed.getChildText("subtitle", ATOM)).isEqualTo("Weekly & short <3");
        assertThat(feed.getChild("author", ATOM).getChildText("name", ATOM)).isEqualTo("The Editors");
        assertThat(link(feed, "self")).isEqualTo("https://news.example.org/n/tools/feed.atom");
        assertThat(link(feed, "alternate")).isEqualTo("https://news.example.org/n/tools");
        assertThat(feed.getChildren("entry", ATOM))
                .extracting(e -> e.getChildText("title", ATOM))
                .containsExactly("Issue two & <more>", "Issue one & <more>");
        for (Element part : all(feed)) {
            assertThat(part.getChildren("id", ATOM)).hasSize(1);
            assertThat(URI.create(part.getChildText("id", ATOM)).isAbsolute()).isTrue();
            assertThat(part.getChildren("title", ATOM)).hasSize(1);
            assertThat(part.getChildren("updated", ATOM)).hasSize(1);
            assertThat(part.getChildText("updated", ATOM)).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
            assertThat(link(part, "alternate")).startsWith("https://");
        }
        assertThat(all(feed)).extracting(e -> e.getChildText("id", ATOM)).doesNotHaveDuplicates();
        Element content = feed.getChild("entry", ATOM).getChild("content", ATOM);
        assertThat(content.getAttributeValue("type")).isEqualTo("html");
        assertThat(content.getText())
                .isEqualTo("<p>Text &amp; <a href=\"https://web.example.org/two#a\">anchor</a> 🦀</p>");
        assertThat(content.getChildren()).isEmpty();
    }

    @Test
    void feed_isReadAgainByTheLibrary() throws Exception {
        Feed feed = (Feed) new WireFeedInput().build(new StringReader(write(issue("one", "2026-03-04"))));
        Entry entry = feed.getEntries().get(0);
        assertThat(feed.getUpdated()).isEqualTo(entry.getUpdated());
        assertThat(entry.getTitle()).isEqualTo("Issue one & <more>");
        assertThat(entry.getContents().get(0).getType()).isEqualTo("html");
    }

    @Test
    void feed_withoutIssues_isAsOldAsTheNewsletter() throws Exception {
        Element feed = xml(write());
        assertThat(feed.getChildText("updated", ATOM)).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(feed.getChildren("entry", ATOM)).isEmpty();
    }

    @Test
    void oldIssueBroughtToday_hasTheDateItBears_inTheNewslettersTimeZone() throws Exception {
        Element entry = entry(issue("one", "2013-06-07"));
        assertThat(entry.getChildText("published", ATOM)).isEqualTo("2013-06-06T22:00:00Z");
        assertThat(entry.getChildText("updated", ATOM)).isEqualTo("2013-06-06T22:00:00Z");
    }

    @Test
    void issuePublishedBeforeTheDayItBears_isNotOfTheFuture() throws Exception {
        Element entry = entry(issue("one", "2026-12-24"));
        assertThat(entry.getChildText("published", ATOM)).isEqualTo("2026-11-04T10:00:00Z");
        assertThat(entry.getChildText("updated", ATOM)).isEqualTo("2026-11-04T10:00:00Z");
    }

    @Test
    void correction_changesUpdatedAlone() throws Exception {
        Instant published = Instant.parse("2026-11-04T10:00:00Z");
        Element before = entry(issue("one", "2026-11-03"));
        Element after = entry(issue("one", "2026-11-03", "Corrected", published, published.plusSeconds(3600)));
        assertThat(after.getChildText("updated", ATOM)).isEqualTo("2026-11-04T11:00:00Z");
        for (String name : List.of("id", "published")) {
            assertThat(after.getChildText(name, ATOM)).isEqualTo(before.getChildText(name, ATOM));
        }
    }

    @Test
    void feedsUpdated_isThatOfTheEntryUpdatedLast() throws Exception {
        Instant published = Instant.parse("2026-11-04T10:00:00Z");
        Element feed = xml(write(
                issue("two", "2026-11-03"),
                issue("one", "2026-10-27", "Corrected", published, published.plusSeconds(60))));
        assertThat(feed.getChildText("updated", ATOM)).isEqualTo("2026-11-04T10:01:00Z");
    }

    @Test
    void ids_stayWhenTitleTextAndAddressesChange_andDifferBetweenNewsletters() throws Exception {
        Element before = xml(write(issue("one", "2026-03-04")));
        newsletter.title = "Another title";
        newsletter.siteUrl = "https://other.example.org";
        Instant published = Instant.parse("2026-11-04T10:00:00Z");
        Element after = xml(new AtomFeed(
                        newsletter, "https://b.example/f", "https://b.example", slug -> "https://b.example/" + slug)
                .write(List.of(issue("one", "2026-03-05", "New title", published, published.plusSeconds(1)))));
        assertThat(ids(after)).isEqualTo(ids(before));
        newsletter.slug = "gadgets";
        assertThat(ids(xml(write(issue("one", "2026-03-04"))))).doesNotContainAnyElementsOf(ids(before));
    }

    @Test
    void charactersThatXmlCannotHold_areLeftOut() throws Exception {
        Instant published = Instant.parse("2026-11-04T10:00:00Z");
        newsletter.title = "Tools\uFFFE";
        Element feed = xml(write(issue("one", "2026-03-04", "A\uFFFF\u0002B\uD800C\t🦀", published, published)));
        assertThat(feed.getChildText("title", ATOM)).isEqualTo("Tools");
        assertThat(feed.getChild("entry", ATOM).getChildText("title", ATOM)).isEqualTo("ABC\t🦀");
    }

    private static Newsletter newsletter() {
        Newsletter newsletter = new Newsletter("tools", MADE);
        newsletter.title = "Kleine Werkzeuge";
        newsletter.fromName = "The Editors";
        newsletter.language = "de-AT";
        newsletter.timeZone = "Europe/Vienna";
        return newsletter;
    }

    private static PublishedIssue issue(String slug, String date) {
        Instant published = Instant.parse("2026-11-04T10:00:00Z");
        return issue(slug, date, "Issue " + slug + " & <more>", published, published.minusSeconds(5));
    }

    private static PublishedIssue issue(String slug, String date, String title, Instant published, Instant revised) {
        return new PublishedIssue(
                1,
                slug,
                null,
                title,
                LocalDate.parse(date),
                IssueState.PUBLISHED,
                null,
                "<p>Text &amp; <a href=\"#a\">anchor</a> 🦀</p>",
                published,
                revised);
    }

    private String write(PublishedIssue... issues) {
        return new AtomFeed(
                        newsletter,
                        "https://news.example.org/n/tools/feed.atom",
                        "https://news.example.org/n/tools",
                        slug -> "https://web.example.org/" + slug)
                .write(List.of(issues));
    }

    private Element entry(PublishedIssue issue) throws Exception {
        return xml(write(issue)).getChild("entry", ATOM);
    }

    private static Element xml(String text) throws Exception {
        Document document = new SAXBuilder().build(new StringReader(text));
        return document.getRootElement();
    }

    private static List<Element> all(Element feed) {
        return Stream.concat(Stream.of(feed), feed.getChildren("entry", ATOM).stream())
                .toList();
    }

    private static List<String> ids(Element feed) {
        return all(feed).stream().map(e -> e.getChildText("id", ATOM)).toList();
    }

    private static String link(Element element, String rel) {
        List<Element> links = element.getChildren("link", ATOM).stream()
                .filter(l -> rel.equals(l.getAttributeValue("rel")))
                .toList();
        assertThat(links).hasSize(1);
        return links.get(0).getAttributeValue("href");
    }
}
