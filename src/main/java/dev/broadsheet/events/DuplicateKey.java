package dev.broadsheet.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** By what two events of one region are seen to be one. */
record DuplicateKey(@Nullable String region, Same same, String what) {

    enum Same {
        ADDRESS("same-address", "the same address"),
        ORGANISER("same-organiser", "the same day and organiser"),
        TITLE("same-title", "the same days and title");

        final String reason;
        final String words;

        Same(String reason, String words) {
            this.reason = reason;
            this.words = words;
        }
    }

    /** In the order in which they are told. */
    static List<DuplicateKey> of(ListedEvent event) {
        List<DuplicateKey> keys = new ArrayList<>();
        if (event.url() != null) {
            keys.add(new DuplicateKey(event.region(), Same.ADDRESS, WebAddress.key(event.url())));
        }
        String names = event.organisers().stream()
                .map(organiser -> organiser.name().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(" "));
        String addresses = event.organisers().stream()
                .map(organiser -> organiser.url() == null ? "" : WebAddress.key(organiser.url()))
                .sorted()
                .collect(Collectors.joining(" "));
        if (!names.isBlank()) {
            keys.add(new DuplicateKey(event.region(), Same.ORGANISER, event.from() + " " + names));
        }
        if (!addresses.isBlank()) {
            keys.add(new DuplicateKey(event.region(), Same.ORGANISER, event.from() + " " + addresses));
        }
        String title = event.title().toLowerCase(Locale.ROOT);
        keys.add(new DuplicateKey(event.region(), Same.TITLE, event.from() + " " + event.to() + " " + title));
        return keys;
    }

    /** Whether two with this key are one. Titles below one line are not looked at. */
    boolean isTwice(ListedEvent first, ListedEvent second) {
        if (first.line() == second.line()) {
            return false;
        }
        return switch (same) {
            case ADDRESS -> first.from().equals(second.from()) || sharesMoreThanAPage(first, second);
            case ORGANISER, TITLE ->
                isOneCity(first.place().city(), second.place().city());
        };
    }

    /**
     * On two days: meetings that recur may share the group's page, or one for the talk, with further pages of their
     * own.
     */
    private static boolean sharesMoreThanAPage(ListedEvent first, ListedEvent second) {
        String page = WebAddress.key(String.valueOf(first.url()));
        boolean groupsPage = first.organisers().stream()
                .anyMatch(organiser -> organiser.url() != null
                        && WebAddress.key(organiser.url()).equals(page));
        Set<Mirror> mirrors = Set.copyOf(first.mirrors());
        boolean ownPages = !mirrors.equals(Set.copyOf(second.mirrors()));
        return !groupsPage && !ownPages && first.title().equalsIgnoreCase(second.title());
    }

    private static boolean isOneCity(@Nullable String first, @Nullable String second) {
        return first == null || second == null || first.equalsIgnoreCase(second);
    }
}
