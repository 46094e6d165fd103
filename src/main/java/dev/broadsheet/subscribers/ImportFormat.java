package dev.broadsheet.subscribers;

import dev.broadsheet.suppression.Suppressions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose file it is, told by its header, and what its columns mean. Names of columns are compared in lower case and
 * without surrounding space; those that mean nothing here are passed over. The order is that of asking: the plain file
 * is what is left.
 *
 * <p>Sources: Mailchimp's audience export, listmonk's {@code cmd/subscribers.go}, Ghost's member export, Substack's
 * {@code email_list}, Buttondown's API fields.
 */
enum ImportFormat {
    MAILCHIMP_UNSUBSCRIBED(Set.of("email address", "unsub_time"), Words.MAILCHIMP),
    MAILCHIMP_CLEANED(Set.of("email address", "clean_time"), Words.MAILCHIMP),
    MAILCHIMP(Set.of("email address", "optin_time"), Words.MAILCHIMP),
    LISTMONK(Set.of("uuid", "email", "status"), Map.of("status", Column.STATE, "created_at", Column.SUBSCRIBED_AT)),
    GHOST(
            Set.of("email", "subscribed_to_emails"),
            Map.of("subscribed_to_emails", Column.STATE, "created_at", Column.SUBSCRIBED_AT)),
    SUBSTACK(
            Set.of("email", "email_disabled"),
            Map.of("email_disabled", Column.STATE, "created_at", Column.SUBSCRIBED_AT)),
    SUBSTACK_DASHBOARD(
            Set.of("email", "subscription type", "subscription date"),
            Map.of("subscription date", Column.SUBSCRIBED_AT)),
    BUTTONDOWN(Set.of("email_address", "creation_date"), Words.BUTTONDOWN),
    /** As its older API names the columns. */
    BUTTONDOWN_EMAIL(Set.of("email", "creation_date"), Words.BUTTONDOWN),
    /** Broadsheet's own, and any with a column of addresses. */
    PLAIN(Set.of(), Words.PLAIN);

    /** What a column of a file tells of a person. */
    enum Column {
        EMAIL,
        NAME,
        FIRST_NAME,
        LAST_NAME,
        STATE,
        SUBSCRIBED_AT,
        SUBSCRIBED_IP,
        CONFIRMED_AT,
        CONFIRMED_IP,
        UNSUBSCRIBED_AT,
        PAUSED_UNTIL,
        SECTIONS,
        SUPPRESSED
    }

    /** Where a line puts a person: a state of the subscription, a suppression for this newsletter, or both. */
    record Standing(Subscription.@Nullable State state, Suppressions.@Nullable Reason suppressed) {

        private static Standing of(Subscription.State state) {
            return new Standing(state, null);
        }

        private static Standing of(Suppressions.Reason reason) {
            return new Standing(null, reason);
        }
    }

    private static final Standing ACTIVE = Standing.of(Subscription.State.ACTIVE);
    private static final Standing UNSUBSCRIBED = Standing.of(Subscription.State.UNSUBSCRIBED);

    private final Set<String> header;
    private final Map<String, Column> meanings;

    ImportFormat(Set<String> header, Map<String, Column> meanings) {
        this.header = header;
        this.meanings = meanings;
    }

    /** Null where no column is an address. @param names as they stand in the header */
    static @Nullable ImportFormat of(List<String> names) {
        Set<String> plain = names.stream().map(ImportFormat::plain).collect(Collectors.toSet());
        return Stream.of(values())
                .filter(format -> plain.containsAll(format.header))
                .filter(format -> names.stream().anyMatch(name -> format.meaning(name) == Column.EMAIL))
                .findFirst()
                .orElse(null);
    }

    /** Null where the column is passed over. */
    @Nullable
    Column meaning(String name) {
        String plain = plain(name);
        Column own = meanings.get(plain);
        Column meaning = own != null ? own : Words.EVERYWHERE.get(plain);
        boolean isOther = meaning == Column.EMAIL && this != PLAIN && !header.contains(plain);
        return isOther ? null : meaning;
    }

    /** Null where the value is none that this format has. @param value of the column STATE, without surrounding space */
    @Nullable
    Standing standing(@Nullable String value) {
        String word = value == null ? "" : value.toLowerCase(Locale.ROOT);
        return switch (this) {
            case MAILCHIMP, SUBSTACK_DASHBOARD -> ACTIVE;
            case MAILCHIMP_UNSUBSCRIBED -> UNSUBSCRIBED;
            case MAILCHIMP_CLEANED -> Standing.of(Suppressions.Reason.BOUNCED);
            case LISTMONK ->
                switch (word) {
                    case "enabled" -> ACTIVE;
                    case "disabled" -> UNSUBSCRIBED;
                    case "blocklisted" -> Standing.of(Suppressions.Reason.REQUESTED);
                    default -> null;
                };
            // an empty cell means subscribed (Ghost's own import reads it so)
            case GHOST -> word.equals("false") ? UNSUBSCRIBED : ACTIVE;
            case SUBSTACK -> word.equals("true") ? UNSUBSCRIBED : ACTIVE;
            case BUTTONDOWN, BUTTONDOWN_EMAIL ->
                switch (word) {
                    case "",
                            "active",
                            "regular",
                            "premium",
                            "gifted",
                            "trialed",
                            "churning",
                            "churned",
                            "past_due",
                            "unpaid" -> ACTIVE;
                    case "unactivated", "pending" -> Standing.of(Subscription.State.PENDING);
                    case "unsubscribed", "removed", "disabled", "paused" -> UNSUBSCRIBED;
                    case "undeliverable", "malformed" -> Standing.of(Suppressions.Reason.BOUNCED);
                    case "complained", "spammy" -> Standing.of(Suppressions.Reason.COMPLAINED);
                    case "blocked" -> Standing.of(Suppressions.Reason.REQUESTED);
                    default -> null;
                };
            // beside the words of Broadsheet those that many tools have for the same
            case PLAIN ->
                switch (word) {
                    case "", "active", "subscribed", "enabled", "confirmed" -> ACTIVE;
                    case "unsubscribed", "disabled" -> UNSUBSCRIBED;
                    case "pending", "unconfirmed" -> Standing.of(Subscription.State.PENDING);
                    case "cleaned", "bounced" -> Standing.of(Suppressions.Reason.BOUNCED);
                    case "complained" -> Standing.of(Suppressions.Reason.COMPLAINED);
                    case "blocklisted", "blocked" -> Standing.of(Suppressions.Reason.REQUESTED);
                    default -> null;
                };
        };
    }

    /** Whether anybody in such a file may be mailed. */
    boolean mayBeActive() {
        return this != MAILCHIMP_UNSUBSCRIBED && this != MAILCHIMP_CLEANED;
    }

    /** What the column STATE may hold, for the editor. */
    String standings() {
        return switch (this) {
            case LISTMONK -> "enabled, disabled, blocklisted";
            case PLAIN -> "ACTIVE, UNSUBSCRIBED, PENDING";
            default -> "a type of subscriber that is known here";
        };
    }

    private static String plain(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    /** Names of columns. */
    private static class Words {
        static final Map<String, Column> EVERYWHERE = Map.of(
                "email", Column.EMAIL,
                "email address", Column.EMAIL,
                "email_address", Column.EMAIL,
                "name", Column.NAME,
                "first name", Column.FIRST_NAME,
                "last name", Column.LAST_NAME);
        static final Map<String, Column> MAILCHIMP = Map.of(
                "optin_time", Column.SUBSCRIBED_AT,
                "optin_ip", Column.SUBSCRIBED_IP,
                "confirm_time", Column.CONFIRMED_AT,
                "confirm_ip", Column.CONFIRMED_IP,
                "unsub_time", Column.UNSUBSCRIBED_AT);
        static final Map<String, Column> BUTTONDOWN =
                Map.of("type", Column.STATE, "state", Column.STATE, "creation_date", Column.SUBSCRIBED_AT);
        static final Map<String, Column> PLAIN = Map.of(
                "state", Column.STATE,
                "status", Column.STATE,
                "subscribed_at", Column.SUBSCRIBED_AT,
                "subscribed_ip", Column.SUBSCRIBED_IP,
                "confirmed_at", Column.CONFIRMED_AT,
                "confirmed_ip", Column.CONFIRMED_IP,
                "unsubscribed_at", Column.UNSUBSCRIBED_AT,
                "paused_until", Column.PAUSED_UNTIL,
                "sections", Column.SECTIONS,
                "suppressed", Column.SUPPRESSED);
    }
}
