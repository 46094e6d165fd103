package dev.broadsheet.delivery;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something a newsletter's editors are to be told: written in the transaction of what happened, so that neither is without
 * the other, and made a mail by {@link Alerts}. A mail that cannot be written thus never keeps a campaign from being
 * paused.
 */
@Entity
class Alert extends PanacheEntityBase {

    enum Kind {
        PAUSED,
        CANCELLED,
        DONE,
        /** A newsletter's time came, and there was nothing to send, or nothing that may be sent. */
        NOT_SENT
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(updatable = false)
    public long newsletterId;

    /** Null where it is about no campaign. */
    @Column(updatable = false)
    public @Nullable Long campaignId;

    @Enumerated(EnumType.STRING)
    @Column(updatable = false)
    public Kind kind;

    @Column(updatable = false)
    public @Nullable String code;

    @Column(updatable = false)
    public @Nullable String reason;

    @Column(updatable = false)
    public Instant happenedAt;

    /** Null until a mail about it is queued. */
    public @Nullable Instant toldAt;

    protected Alert() {} // for Hibernate

    /** What has just become of a campaign. */
    Alert(Kind kind, Campaign campaign, Instant now) {
        this.newsletterId = campaign.newsletterId;
        this.campaignId = campaign.id;
        this.kind = kind;
        this.code = campaign.reasonCode;
        this.reason = campaign.reasonText;
        this.happenedAt = now;
    }

    /** A newsletter's time at which nothing was sent. */
    Alert(long newsletterId, String code, String reason, Instant scheduled) {
        this.newsletterId = newsletterId;
        this.kind = Kind.NOT_SENT;
        this.code = code;
        this.reason = reason;
        this.happenedAt = scheduled;
    }
}
