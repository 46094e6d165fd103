package dev.broadsheet.newsletters;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** What readers subscribe to and editors write for. */
@Entity
public class Newsletter extends PanacheEntityBase {

    /** Whether past issues stand on this installation's pages. */
    public enum Archive {
        PUBLIC,
        OFF
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    /** Its name in addresses; never changes. */
    @Column(updatable = false)
    public String slug;

    public String title;

    public String fromName;

    public String fromEmail;

    public @Nullable String replyTo;

    public @Nullable String postalAddress;

    public @Nullable String description;

    /** BCP 47. */
    public String language;

    /** An IANA time zone, such as {@code Europe/Berlin}. */
    public String timeZone;

    /** Five-field Unix cron, in {@link #timeZone}. */
    public @Nullable String schedule;

    public @Nullable String siteUrl;

    /** A pattern with {@code {slug}}, where the web view of issues is elsewhere. */
    public @Nullable String issueUrl;

    @Enumerated(EnumType.STRING)
    public Archive archive;

    @JdbcTypeCode(SqlTypes.ARRAY)
    public List<String> alertEmails = new ArrayList<>();

    /** Ids of preflight's rules that say nothing here. */
    @JdbcTypeCode(SqlTypes.ARRAY)
    public List<String> rulesOff = new ArrayList<>();

    @JdbcTypeCode(SqlTypes.JSON)
    public @Nullable Map<String, Object> theme;

    public Instant createdAt;

    /** When its settings were last brought. */
    public Instant changedAt;

    protected Newsletter() {} // for Hibernate

    public Newsletter(String slug, Instant createdAt) {
        this.slug = slug;
        this.createdAt = createdAt;
        this.changedAt = createdAt;
    }

    /** The value of each of {@link Newsletters.Settings}, which have the names of the fields here: tells what a change has changed. */
    Map<String, @Nullable Object> settings() {
        Map<String, @Nullable Object> settings = new HashMap<>();
        for (RecordComponent setting : Newsletters.Settings.class.getRecordComponents()) {
            try {
                settings.put(
                        setting.getName(),
                        Newsletter.class.getDeclaredField(setting.getName()).get(this));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("A newsletter has no field for " + setting.getName(), e);
            }
        }
        return settings;
    }

    public static Optional<Newsletter> findBySlug(String slug) {
        return find("slug", slug).firstResultOptional();
    }
}
