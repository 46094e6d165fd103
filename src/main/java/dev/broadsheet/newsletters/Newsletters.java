package dev.broadsheet.newsletters;

import dev.broadsheet.accounts.ApiTokens;
import dev.broadsheet.accounts.Audit;
import dev.broadsheet.accounts.NewslettersNamed;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.preflight.Rule;
import dev.broadsheet.rendering.Theme;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The newsletters of this installation. */
@ApplicationScoped
public class Newsletters {

    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /**
     * What an editor may say of a newsletter. {@code title}, {@code fromName} and {@code fromEmail} must be there; what
     * is absent otherwise takes its default.
     */
    public record Settings(
            @Nullable String title,
            @Nullable String fromName,
            @Nullable String fromEmail,
            @Nullable String replyTo,
            @Nullable String postalAddress,
            @Nullable String description,
            @Nullable String language,
            @Nullable String timeZone,
            @Nullable String schedule,
            @Nullable String siteUrl,
            @Nullable String issueUrl,
            Newsletter.@Nullable Archive archive,
            @Nullable List<String> alertEmails,
            @Nullable Map<String, Object> theme,
            @Nullable List<String> rulesOff,
            Newsletter.@Nullable WelcomeMail welcomeMail,
            @Nullable Boolean goodbyeMail) {}

    /** @param created whether it was not there before */
    public record Saved(Newsletter newsletter, boolean created) {}

    private final Audit audit;
    private final Event<Rescheduled> rescheduled;
    private final Clock clock;

    Newsletters(Audit audit, Event<Rescheduled> rescheduled, Clock clock) {
        this.audit = audit;
        this.rescheduled = rescheduled;
        this.clock = clock;
    }

    /** @throws Problem 404 where there is no such newsletter */
    @Transactional
    public Newsletter get(String slug) {
        return Newsletter.findBySlug(slug).orElseThrow(() -> Problem.notFound("newsletter"));
    }

    /** Refuses a token for a newsletter that is not there. */
    void onNamed(@Observes NewslettersNamed named) {
        named.slugs().stream()
                .filter(slug -> Newsletter.findBySlug(slug).isEmpty())
                .findFirst()
                .ifPresent(slug -> {
                    throw ApiTokens.unknown(slug);
                });
    }

    /** The same, of those that are named. */
    @Transactional
    List<Newsletter> list(Collection<String> slugs, @Nullable String after, int limit) {
        return Newsletter.<Newsletter>find("slug > ?1 and slug in ?2 order by slug", after == null ? "" : after, slugs)
                .page(0, limit)
                .list();
    }

    /** Newsletters by slug, after one and at most so many. */
    @Transactional
    public List<Newsletter> list(@Nullable String after, int limit) {
        return Newsletter.<Newsletter>find("slug > ?1 order by slug", after == null ? "" : after)
                .page(0, limit)
                .list();
    }

    /** Creates or changes one. @throws Problem 400 {@code invalid}, naming the field and what it takes */
    @Transactional
    public Saved save(String slug, Settings settings) {
        if (!SLUG.matcher(slug).matches()) {
            throw Problem.invalid("A newsletter's name in addresses is of lower-case letters, digits and hyphens.");
        }
        Optional<Newsletter> known = Newsletter.findBySlug(slug);
        Newsletter newsletter = known.orElseGet(() -> new Newsletter(slug, clock.instant()));
        Map<String, @Nullable Object> before = newsletter.settings();
        newsletter.title = line("title", required("title", settings.title), 200);
        newsletter.fromName = line("fromName", required("fromName", settings.fromName), 200);
        newsletter.fromEmail = email("fromEmail", required("fromEmail", settings.fromEmail));
        newsletter.replyTo = settings.replyTo == null ? null : email("replyTo", settings.replyTo);
        newsletter.postalAddress = text("postalAddress", settings.postalAddress);
        newsletter.description = text("description", settings.description);
        newsletter.language = language(settings.language);
        newsletter.timeZone = zone(settings.timeZone).getId();
        newsletter.schedule = settings.schedule;
        nextTimes(newsletter.schedule, newsletter.timeZone);
        newsletter.siteUrl = webAddress("siteUrl", settings.siteUrl);
        newsletter.issueUrl = webAddress("issueUrl", settings.issueUrl);
        if (newsletter.issueUrl != null && !newsletter.issueUrl.contains("{slug}")) {
            throw Problem.invalid("issueUrl is a pattern that holds {slug}.");
        }
        newsletter.archive = settings.archive == null ? Newsletter.Archive.PUBLIC : settings.archive;
        newsletter.welcomeMail = settings.welcomeMail == null ? Newsletter.WelcomeMail.OFF : settings.welcomeMail;
        newsletter.goodbyeMail = settings.goodbyeMail != null && settings.goodbyeMail;
        newsletter.alertEmails = new ArrayList<>();
        for (String alert : settings.alertEmails == null ? List.<String>of() : settings.alertEmails) {
            newsletter.alertEmails.add(email("alertEmails", alert));
        }
        if (!storable(settings.theme)) {
            throw Problem.invalid("theme holds a character that no text has.");
        }
        Theme.of(settings.theme);
        newsletter.theme = settings.theme;
        newsletter.rulesOff = new ArrayList<>();
        for (String rule : settings.rulesOff == null ? List.<String>of() : settings.rulesOff) {
            newsletter.rulesOff.add(Rule.of(rule)
                    .orElseThrow(() -> Problem.invalid("rulesOff: preflight has no rule " + rule + "."))
                    .id());
        }
        newsletter.changedAt = clock.instant();
        newsletter.persist();
        if (!Objects.equals(before.get("schedule"), newsletter.schedule)
                || !Objects.equals(before.get("timeZone"), newsletter.timeZone)) {
            rescheduled.fire(new Rescheduled(newsletter));
        }
        record(newsletter, before, known.isEmpty());
        return new Saved(newsletter, known.isEmpty());
    }

    /** Fields by name alone: their values are the editors' addresses and texts. */
    private void record(Newsletter newsletter, Map<String, @Nullable Object> before, boolean created) {
        Map<String, @Nullable Object> after = newsletter.settings();
        List<String> changed = after.keySet().stream()
                .filter(field -> !Objects.equals(before.get(field), after.get(field)))
                .sorted()
                .toList();
        if (created) {
            audit.record("newsletter.create", newsletter.slug, "newsletter/" + newsletter.slug, Map.of());
        } else if (!changed.isEmpty()) {
            audit.record(
                    "newsletter.change", newsletter.slug, "newsletter/" + newsletter.slug, Map.of("changed", changed));
        }
    }

    /** The next three times of its schedule; none where it has no schedule. */
    public List<Instant> nextTimes(@Nullable String schedule, String timeZone) {
        return schedule == null ? List.of() : Schedule.of(schedule, timeZone).next(clock.instant(), 3);
    }

    /** Whether its schedule names this day; every day where it has none. */
    public boolean isScheduled(Newsletter newsletter, LocalDate day) {
        return newsletter.schedule == null
                || Schedule.of(newsletter.schedule, newsletter.timeZone).names(day);
    }

    private static String required(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw Problem.invalid(field + " is missing.");
        }
        return value.strip();
    }

    private static String line(String field, String value, int max) {
        if (value.length() > max || value.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid(field + " is one line of at most " + max + " characters.");
        }
        return value;
    }

    private static @Nullable String text(String field, @Nullable String value) {
        if (value != null
                && (value.length() > 2000 || value.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n'))) {
            throw Problem.invalid(field + " has at most 2,000 characters and no control characters but line ends.");
        }
        return value;
    }

    private static String email(String field, @Nullable String value) {
        return EmailAddress.parse(value)
                .orElseThrow(() -> Problem.invalid(field + " is not an e-mail address."))
                .typed();
    }

    /** PostgreSQL's jsonb has neither NUL nor half a surrogate pair, in no key and no value. */
    private static boolean storable(@Nullable Object json) {
        if (json instanceof Map<?, ?> map) {
            return map.entrySet().stream().allMatch(e -> storable(e.getKey()) && storable(e.getValue()));
        }
        if (json instanceof List<?> list) {
            return list.stream().allMatch(Newsletters::storable);
        }
        return !(json instanceof String text)
                || text.codePoints().allMatch(c -> c != 0 && Character.getType(c) != Character.SURROGATE);
    }

    private static String language(@Nullable String tag) {
        try {
            return tag == null
                    ? "en"
                    : new Locale.Builder().setLanguageTag(tag).build().toLanguageTag();
        } catch (IllformedLocaleException e) {
            throw Problem.invalid("language is a BCP 47 tag, such as en or pt-BR.");
        }
    }

    private static ZoneId zone(@Nullable String id) {
        try {
            return ZoneId.of(id == null ? "UTC" : id);
        } catch (DateTimeException e) {
            throw Problem.invalid("timeZone is an IANA name, such as Europe/Berlin.");
        }
    }

    private static @Nullable String webAddress(String field, @Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            URI uri = URI.create(value.replace("{slug}", "slug"));
            if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw Problem.invalid(field + " is a web address that begins with https:// or http://");
    }
}
