package dev.broadsheet.events;

import org.jspecify.annotations.Nullable;

/**
 * What an editor should look at in an events section.
 *
 * @param rule {@code event-malformed}, {@code event-duplicate}, {@code event-order}, {@code event-outside-window},
 *     {@code event-place} or {@code event-title-placeholder}
 * @param reason what exactly, in small letters and hyphens, such as {@code pipe-missing}
 * @param line in the source
 * @param excerpt what it is about: the line, or a piece of it as people read it
 * @param message what to do
 * @param repair what to put in the excerpt's place, where the line holds it; null where an editor must decide
 */
public record EventNote(
        String rule,
        String reason,
        int line,
        String excerpt,
        String message,
        @Nullable String repair) {

    EventNote withMessage(String other) {
        return new EventNote(rule, reason, line, excerpt, other, repair);
    }
}
