package dev.broadsheet.events;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * What one issue lists, for the calendar.
 *
 * @param slug orders issues of one date
 * @param changedAt when this became public; the calendar's programs see by it what is newer
 */
public record IssueEvents(String slug, LocalDate date, Instant changedAt, List<ListedEvent> events) {}
