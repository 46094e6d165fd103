package dev.broadsheet.accounts;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** One change by an editor, or the house. The database refuses to change or delete it. */
@Entity
@Immutable
class AuditEntry extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    Instant at;

    @Nullable
    Long tokenId;

    String who;
    String action;

    @Nullable
    String newsletter;

    String subject;

    @JdbcTypeCode(SqlTypes.JSON)
    Map<String, Object> details;

    @JdbcTypeCode(SqlTypes.INET)
    @Nullable
    InetAddress ip;

    protected AuditEntry() {} // for Hibernate

    AuditEntry(Instant at, Caller caller, String action, @Nullable String newsletter, String subject) {
        this.at = at;
        this.tokenId = caller.grant().tokenId();
        this.who = caller.name();
        this.ip = caller.ip().orElse(null);
        this.action = action;
        this.newsletter = newsletter;
        this.subject = subject;
    }
}
