package dev.broadsheet.issues;

import dev.broadsheet.events.ListedEvent;
import dev.broadsheet.preflight.Facts;
import dev.broadsheet.preflight.Finding;
import dev.broadsheet.rendering.FrontMatter;
import dev.broadsheet.rendering.Rendered;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * An immutable state of an issue's source, and all that was made of it: what is read is what is published and sent.
 * Where lines are left out, another row of the same number holds what readers get then.
 */
@Entity
@Immutable
class Revision extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    public long issueId;

    /** Within the issue: 1, 2, … */
    public int number;

    public String source;

    /** SHA-256 of the bytes that came in. */
    public byte[] sourceHash;

    public String title;

    public String subject;

    public @Nullable String preheader;

    /** Of the issue within its newsletter. */
    public @Nullable Integer issueNumber;

    public LocalDate issueDate;

    public @Nullable String category;

    public String contentHtml;

    public String mailHtml;

    public String mailText;

    public String slotNonce;

    /** How often lines of this revision were left out, or put back, before. */
    public int edit;

    /** Numbers of the source's lines that are left out of what readers get. */
    @JdbcTypeCode(SqlTypes.ARRAY)
    public List<Integer> leftOut;

    @Convert(converter = StoredJson.OfFindings.class)
    public List<Finding> findings;

    @Convert(converter = StoredJson.OfFacts.class)
    public @Nullable Facts facts;

    @Convert(converter = StoredJson.OfSections.class)
    public List<Rendered.RenderedSection> sections;

    /** Those of its events section that are not left out. */
    @Convert(converter = StoredJson.OfEvents.class)
    public List<ListedEvent> events;

    public @Nullable String sourceCommit;

    /** Name of the API token. */
    public @Nullable String broughtBy;

    public Instant createdAt;

    protected Revision() {} // for Hibernate

    Revision(long issueId, int number, int edit, Source source, Edition edition, Origin origin, Instant createdAt) {
        FrontMatter front = edition.frontMatter();
        Rendered rendered = edition.rendered();
        this.issueId = issueId;
        this.number = number;
        this.edit = edit;
        this.source = source.text();
        this.sourceHash = source.hash();
        this.title = front.title();
        this.subject = front.subject();
        this.preheader = front.preheader();
        this.issueNumber = front.number();
        this.issueDate = edition.date();
        this.category = front.category();
        this.contentHtml = rendered.contentHtml();
        this.mailHtml = rendered.mailHtml();
        this.mailText = rendered.mailText();
        this.slotNonce = rendered.slots().nonce();
        this.sections = rendered.sections();
        this.leftOut = List.copyOf(edition.leftOut());
        this.findings = edition.report().findings();
        this.facts = edition.report().facts();
        this.events = edition.events();
        this.sourceCommit = origin.commit();
        this.broughtBy = origin.token();
        this.createdAt = createdAt;
    }

    /** What was brought, as it came. */
    Source source() {
        return new Source(source, sourceHash);
    }

    /** Whether it is what the same source makes now: the same for readers, and the same findings. */
    boolean isAs(Edition edition) {
        Rendered rendered = edition.rendered();
        return contentHtml.equals(rendered.contentHtml())
                && mailHtml.equals(rendered.mailHtml())
                && mailText.equals(rendered.mailText())
                && findings.equals(edition.report().findings());
    }

    /** Whether readers see the same of both on the web. */
    boolean readsAs(Revision other) {
        return contentHtml.equals(other.contentHtml)
                && title.equals(other.title)
                && issueDate.equals(other.issueDate)
                && Objects.equals(preheader, other.preheader)
                && events.equals(other.events);
    }

    /** The same revision as it is made now. */
    Revision edited(Edition edition, Instant now) {
        return new Revision(issueId, number, edit + 1, source(), edition, new Origin(broughtBy, sourceCommit), now);
    }

    boolean isOf(Source other) {
        return Arrays.equals(sourceHash, other.hash());
    }

    /** One row of a revision. */
    static Optional<Revision> row(long issueId, int number, int edit) {
        return find("issueId = ?1 and number = ?2 and edit = ?3", issueId, number, edit)
                .firstResultOptional();
    }

    /** As it is sent by now: with all that was left out of it since it came. */
    static Optional<Revision> find(long issueId, int number) {
        return find("issueId = ?1 and number = ?2 order by edit desc", issueId, number)
                .firstResultOptional();
    }
}
