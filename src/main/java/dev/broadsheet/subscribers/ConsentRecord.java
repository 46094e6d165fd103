package dev.broadsheet.subscribers;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.net.InetAddress;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** What a person did about a subscription, when and from where: the proof of consent. Append-only. */
@Entity
@Immutable
class ConsentRecord extends PanacheEntityBase {

    enum Action {
        ASKED,
        CONFIRMED,
        IMPORTED,
        UNSUBSCRIBED,
        RETURNED,
        DISOWNED,
        /** The person took another address, which has answered. */
        ADDRESS_CHANGED
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Column(name = "subscription_id")
    long subscriptionId;

    @Enumerated(EnumType.STRING)
    Action action;

    @Enumerated(EnumType.STRING)
    Via via;

    @JdbcTypeCode(SqlTypes.INET)
    @Nullable
    InetAddress ip;

    @Nullable
    String userAgent;

    /** Of the sentence that the person agreed to. */
    byte @Nullable [] textHash;

    /** The name of the API token, where an editor acted. */
    @Nullable
    String editor;

    Instant at;

    protected ConsentRecord() {} // for Hibernate

    ConsentRecord(long subscriptionId, Action action, Via via, Client client, byte @Nullable [] textHash, Instant at) {
        this.subscriptionId = subscriptionId;
        this.action = action;
        this.via = via;
        this.ip = client.ip();
        this.userAgent = client.userAgent();
        this.editor = client.editor();
        this.textHash = textHash;
        this.at = at;
    }
}
