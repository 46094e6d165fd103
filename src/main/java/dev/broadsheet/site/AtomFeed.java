package dev.broadsheet.site;

import com.rometools.rome.feed.atom.Content;
import com.rometools.rome.feed.atom.Entry;
import com.rometools.rome.feed.atom.Feed;
import com.rometools.rome.feed.atom.Link;
import com.rometools.rome.feed.atom.Person;
import com.rometools.rome.feed.synd.SyndPerson;
import com.rometools.rome.io.FeedException;
import com.rometools.rome.io.WireFeedOutput;
import dev.broadsheet.issues.PublishedIssue;
import dev.broadsheet.newsletters.Newsletter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jdom2.Document;
import org.jdom2.Namespace;
import org.jdom2.Verifier;
import org.jdom2.output.Format;
import org.jdom2.output.XMLOutputter;

/**
 * A newsletter's latest issues for feed readers, whole (RFC 4287). Its ids are made of what never changes, the names of
 * newsletter and issue and the moment the newsletter was made: not of a title or an address, so that neither a
 * correction nor a move of the installation shows an old issue as a new one.
 *
 * @param self the feed's own address
 * @param home the newsletter's page
 * @param issueUrl where readers see an issue, by its slug
 */
record AtomFeed(Newsletter newsletter, String self, String home, Function<String, String> issueUrl) {

    static final String TYPE = "application/atom+xml";

    /** @param issues published ones, newest first */
    String write(List<PublishedIssue> issues) {
        List<Entry> entries = issues.stream().map(this::entry).toList();
        Feed feed = new Feed("atom_1.0");
        feed.setId(id(""));
        feed.setTitle(xml(newsletter.title));
        if (newsletter.description != null) {
            feed.setSubtitle(content("text", newsletter.description));
        }
        feed.setAuthors(List.of(author()));
        feed.setUpdated(entries.stream()
                .map(Entry::getUpdated)
                .max(Comparator.naturalOrder())
                .orElse(Date.from(newsletter.createdAt)));
        feed.setAlternateLinks(List.of(link("alternate", "text/html", home)));
        feed.setOtherLinks(List.of(link("self", TYPE, self)));
        feed.setEntries(entries);
        return write(feed);
    }

    private Entry entry(PublishedIssue issue) {
        String url = issueUrl.apply(issue.slug());
        Entry entry = new Entry();
        entry.setId(id(issue.slug()));
        entry.setTitle(xml(issue.title()));
        entry.setPublished(Date.from(published(issue)));
        entry.setUpdated(Date.from(updated(issue)));
        entry.setAlternateLinks(List.of(link("alternate", "text/html", url)));
        entry.setContents(List.of(content("html", IssueHtml.inFeed(issue.contentHtml(), url))));
        return entry;
    }

    /**
     * The day it bears, as its newsletter's clock has it: an old issue brought along is old. One made public before its
     * day was there from that moment, since a date yet to come hides an entry in some readers.
     */
    private Instant published(PublishedIssue issue) {
        Instant day = issue.date().atStartOfDay(ZoneId.of(newsletter.timeZone)).toInstant();
        return day.isBefore(issue.publishedAt()) ? day : issue.publishedAt();
    }

    /** When it was corrected; where it never was since it is public, as old as it is. */
    private Instant updated(PublishedIssue issue) {
        return issue.revisedAt().isAfter(issue.publishedAt()) ? issue.revisedAt() : published(issue);
    }

    private String id(String issue) {
        String name = newsletter.slug + " " + newsletter.createdAt + " " + issue;
        return "urn:uuid:" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private SyndPerson author() {
        Person author = new Person();
        author.setName(xml(newsletter.fromName));
        return author;
    }

    private static Link link(String rel, String type, String url) {
        Link link = new Link();
        link.setRel(rel);
        link.setType(type);
        link.setHref(url);
        return link;
    }

    private static Content content(String type, String text) {
        Content content = new Content();
        content.setType(type);
        content.setValue(xml(text));
        return content;
    }

    /** Without the characters that XML has no way to write. */
    private static String xml(String text) {
        if (Verifier.checkCharacterData(text) == null) {
            return text;
        }
        return text.codePoints()
                .filter(Verifier::isXMLCharacter)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private String write(Feed feed) {
        try {
            Document document = new WireFeedOutput().outputJDom(feed);
            document.getRootElement().setAttribute("lang", newsletter.language, Namespace.XML_NAMESPACE);
            return new XMLOutputter(Format.getRawFormat()).outputString(document);
        } catch (FeedException e) {
            throw new IllegalStateException(e); // it lacks what the format asks for: a mistake in this class
        }
    }
}
