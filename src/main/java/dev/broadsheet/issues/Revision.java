package dev.broadsheet.issues;

import dev.broadsheet.rendering.FrontMatter;
import dev.broadsheet.rendering.Rendered;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** An immutable state of an issue's source, and all that was made of it: what is read is what is published and sent. */
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

    public @Nullable String sourceCommit;

    public Instant createdAt;

    protected Revision() {} // for Hibernate

    /** @param dateOtherwise where the front matter gives none */
    Revision(
            int number,
            Source source,
            FrontMatter front,
            Rendered rendered,
            LocalDate dateOtherwise,
            @Nullable String sourceCommit,
            Instant createdAt) {
        this.number = number;
        this.source = source.text();
        this.sourceHash = source.hash();
        this.title = front.title();
        this.subject = front.subject();
        this.preheader = front.preheader();
        this.issueNumber = front.number();
        this.issueDate = front.date() == null ? dateOtherwise : front.date();
        this.category = front.category();
        this.contentHtml = rendered.contentHtml();
        this.mailHtml = rendered.mailHtml();
        this.mailText = rendered.mailText();
        this.slotNonce = rendered.slots().nonce();
        this.sourceCommit = sourceCommit;
        this.createdAt = createdAt;
    }

    boolean isOf(Source other) {
        return Arrays.equals(sourceHash, other.hash());
    }

    static Optional<Revision> find(long issueId, int number) {
        return find("issueId = ?1 and number = ?2", issueId, number).firstResultOptional();
    }
}
