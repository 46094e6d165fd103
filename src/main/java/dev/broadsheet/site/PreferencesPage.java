package dev.broadsheet.site;

import dev.broadsheet.issues.Issues;
import dev.broadsheet.issues.SeenSection;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Languages;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.subscribers.Preferences;
import dev.broadsheet.subscribers.ReaderLinks;
import dev.broadsheet.subscribers.Subscription;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/**
 * What a reader decides about a subscription, behind the same token as the link to leave. Mails get forwarded: so the
 * address is masked, and the person's data, another address and erasure are not here but behind a link that this page
 * has mailed to the address on file.
 */
@Path("/preferences/{token}")
@Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
class PreferencesPage {

    /** How many issues' sections are offered. */
    private static final int RECENT_ISSUES = 8;

    /** @param name of the language in that language */
    record Language(String tag, String name, boolean chosen) {}

    /** @param parts with none of their own */
    record Section(String id, String title, boolean wanted, List<Section> parts) {}

    /** @param note what has just happened, or empty. @param error what was wrong with what was posted, or empty */
    record form(
            String token,
            Newsletter newsletter,
            Preferences.Stored of,
            boolean active,
            List<Section> sections,
            List<Language> languages,
            LocalDate pauseFrom,
            LocalDate pauseTo,
            String note,
            String error)
            implements TemplateInstance {}

    record sent(String token, Newsletter newsletter, String maskedEmail) implements TemplateInstance {}

    /** For the links of test mails and of persons who were erased. */
    record nobody() implements TemplateInstance {}

    private final Preferences preferences;
    private final ReaderLinks links;
    private final Issues issues;
    private final LinkTokens tokens;

    PreferencesPage(Preferences preferences, ReaderLinks links, Issues issues, LinkTokens tokens) {
        this.preferences = preferences;
        this.links = links;
        this.issues = issues;
        this.tokens = tokens;
    }

    @GET
    public Response show(@RestPath String token) {
        return stored(token).map(of -> page(200, token, of, "", "")).orElseGet(PreferencesPage::ofNobody);
    }

    /**
     * Saves what the form holds, or mails a link.
     *
     * @param send {@code export}, {@code address} or {@code erase}: a link is mailed, and nothing is saved
     * @param section ids of those wanted; none, or all, for the whole issue
     * @param pausedUntil an ISO date; empty for no pause
     * @param language a tag; empty for the newsletter's
     */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response save(
            @RestPath String token,
            @RestForm @Nullable String send,
            @RestForm @Nullable List<String> section,
            @RestForm @Nullable String name,
            @RestForm @Nullable String pausedUntil,
            @RestForm @Nullable String language) {
        Preferences.Stored before = stored(token).orElse(null);
        if (before == null) {
            return ofNobody();
        }
        if (send != null && !send.isEmpty()) {
            links.send(before.id(), purpose(send));
            return Pages.ok(new sent(token, before.newsletter(), before.maskedEmail()), language(before));
        }
        PageTexts texts = Pages.texts(language(before));
        try {
            preferences.save(
                    before.id(),
                    new Preferences.Wanted(
                            name,
                            wanted(before, section == null ? List.of() : section),
                            date(pausedUntil, texts),
                            language == null || language.isEmpty() ? null : Languages.written(language)));
        } catch (Problem refused) {
            return page(400, token, before, "", texts.preferencesRefused());
        }
        Preferences.Stored after = stored(token).orElse(before);
        return page(200, token, after, Pages.texts(language(after)).preferencesSaved(), "");
    }

    private Optional<Preferences.Stored> stored(String token) {
        return preferences.find(
                tokens.verify(LinkTokens.Purpose.UNSUBSCRIBE, token).subject());
    }

    private Response page(int status, String token, Preferences.Stored of, String note, String error) {
        List<LocalDate> bounds = preferences.pauseBounds(of.newsletter());
        form page = new form(
                token,
                of.newsletter(),
                of,
                of.state() == Subscription.State.ACTIVE,
                sections(of.newsletter(), of.sections()),
                Languages.all().stream()
                        .map(tag -> new Language(tag, nameOf(tag), tag.equals(of.language())))
                        .toList(),
                bounds.get(0),
                bounds.get(1),
                note,
                error);
        return Pages.answer(status, page, language(of));
    }

    private static Response ofNobody() {
        return Pages.ok(new nobody(), null);
    }

    private static String language(Preferences.Stored of) {
        return of.language() == null ? of.newsletter().language : of.language();
    }

    private static String nameOf(String tag) {
        Locale locale = Locale.forLanguageTag(tag);
        return locale.getDisplayLanguage(locale);
    }

    /** @param wanted none for all */
    private List<Section> sections(Newsletter newsletter, List<String> wanted) {
        Set<String> ids = new HashSet<>(wanted);
        return issues.sections(newsletter.id, RECENT_ISSUES).stream()
                .map(section -> section(section, ids))
                .toList();
    }

    private static Section section(SeenSection section, Set<String> wanted) {
        return new Section(
                section.id(),
                section.title(),
                wanted.isEmpty() || wanted.contains(section.id()),
                section.parts().stream().map(part -> section(part, wanted)).toList());
    }

    /**
     * What to keep of what was ticked: nothing where it is all, so that sections to come are wanted too. A part counts
     * only with the section it is in; a section whose parts are all unticked is wanted whole. What was wanted before and
     * is not offered any more stays.
     */
    private List<String> wanted(Preferences.Stored before, List<String> ticked) {
        Set<String> offered = new HashSet<>();
        Set<String> wanted = new HashSet<>();
        for (SeenSection section : issues.sections(before.newsletter().id, RECENT_ISSUES)) {
            List<String> parts = section.parts().stream().map(SeenSection::id).toList();
            offered.add(section.id());
            offered.addAll(parts);
            if (ticked.contains(section.id())) {
                wanted.add(section.id());
                boolean any = parts.stream().anyMatch(ticked::contains);
                parts.stream().filter(part -> !any || ticked.contains(part)).forEach(wanted::add);
            }
        }
        if (wanted.isEmpty() || wanted.equals(offered)) {
            return List.of();
        }
        before.sections().stream().filter(id -> !offered.contains(id)).forEach(wanted::add);
        return wanted.stream().sorted().toList();
    }

    private static @Nullable LocalDate date(@Nullable String text, PageTexts texts) {
        try {
            return text == null || text.isBlank() ? null : LocalDate.parse(text.strip());
        } catch (DateTimeParseException e) {
            throw Problem.invalid(texts.preferencesRefused());
        }
    }

    private static LinkTokens.Purpose purpose(String send) {
        return switch (send) {
            case "export" -> LinkTokens.Purpose.EXPORT;
            case "address" -> LinkTokens.Purpose.CHANGE_ADDRESS;
            case "erase" -> LinkTokens.Purpose.ERASE;
            default -> throw Problem.invalid("send is one of export, address, erase.");
        };
    }
}
