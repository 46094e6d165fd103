package dev.broadsheet.events;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One event as all issues together tell it.
 *
 * <p>An event is the same where its page's address and its first day are: listed in four issues, or under Virtual and
 * under a region, it is one. The address alone would not do, since meetings that recur share one page. The day alone
 * would let a corrected date stand beside the wrong one; so an older listing is dropped where a newer issue names the
 * same page for other days, and the older day was still to come then. Without an address the organisers stand for it.
 *
 * @param key the same whatever else of the event changes from issue to issue
 * @param event as the newest issue lists it
 * @param changedAt of the newest issue that lists it
 */
record Occasion(String key, ListedEvent event, Instant changedAt, Set<String> regions) {

    /** An event that was over so long before its issue, or is so far ahead, has a wrong date. */
    private static final int DAYS_PAST = 28;

    private static final int YEARS_AHEAD = 3;

    /** What an issue says of one page. */
    private record Page(LocalDate issue, Set<LocalDate> days) {

        /** Whether the day was still to come, and is not among those named. */
        boolean corrects(LocalDate day) {
            return !day.isBefore(issue) && !days.contains(day);
        }
    }

    /** By first day. */
    static List<Occasion> of(Collection<IssueEvents> issues) {
        List<IssueEvents> newestFirst = new ArrayList<>(issues);
        newestFirst.sort(Comparator.comparing(IssueEvents::date)
                .thenComparing(IssueEvents::changedAt)
                .thenComparing(IssueEvents::slug)
                .reversed());
        Map<String, Page> newerPages = new HashMap<>();
        Set<String> corrected = new HashSet<>();
        Map<String, Occasion> occasions = new LinkedHashMap<>();
        for (IssueEvents issue : newestFirst) {
            Map<String, Page> pages = new HashMap<>();
            Map<String, Occasion> listed = new LinkedHashMap<>();
            for (ListedEvent event : issue.events()) {
                if (event.to().isBefore(issue.date().minusDays(DAYS_PAST))
                        || event.to().isAfter(issue.date().plusYears(YEARS_AHEAD))) {
                    continue;
                }
                String page = page(event);
                String key = page + " " + event.from();
                pages.computeIfAbsent(page, p -> new Page(issue.date(), new HashSet<>()))
                        .days()
                        .add(event.from());
                Page newer = newerPages.get(page);
                if (newer != null && newer.corrects(event.from())) {
                    corrected.add(key);
                }
                listed.merge(key, new Occasion(key, event, issue.changedAt(), regions(event)), Occasion::and);
            }
            listed.keySet().removeAll(corrected);
            listed.forEach(occasions::putIfAbsent);
            newerPages.putAll(pages);
        }
        return occasions.values().stream()
                .sorted(Comparator.comparing((Occasion o) -> o.event.from()).thenComparing(Occasion::key))
                .toList();
    }

    /** The same event once more in one issue; where it is hybrid is said best by the line that says so. */
    private Occasion and(Occasion again) {
        Set<String> both = new TreeSet<>(regions);
        both.addAll(again.regions);
        ListedEvent told = again.event.place().hybrid() && !event.place().hybrid() ? again.event : event;
        return new Occasion(key, told, changedAt, both);
    }

    private static Set<String> regions(ListedEvent event) {
        return event.region() == null || event.region().isBlank() ? Set.of() : Set.of(event.region());
    }

    private static String page(ListedEvent event) {
        if (event.url() != null) {
            return WebAddress.key(event.url());
        }
        List<String> organisers = new ArrayList<>();
        for (Organiser organiser : event.organisers()) {
            organisers.add(organiser.url() == null ? organiser.name() : WebAddress.key(organiser.url()));
        }
        return organisers.isEmpty() ? event.title() : String.join(" ", organisers);
    }
}
