package dev.broadsheet.accounts;

import dev.broadsheet.platform.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A token that an editor asks for.
 *
 * @param newsletters slugs; null for all
 */
record NewToken(
        String name,
        Set<Scope> scopes,
        @Nullable Set<String> newsletters,
        @Nullable Instant expiresAt) {

    private static final int LONGEST_NAME = 100;
    private static final Duration LONGEST_AHEAD = Duration.ofDays(36_525);

    /** As it came in. @throws Problem 400 {@code invalid}, naming the field and what it takes */
    static NewToken of(
            @Nullable String name,
            @Nullable List<@Nullable String> scopes,
            @Nullable List<@Nullable String> newsletters,
            @Nullable String expiresAt,
            Instant now) {
        return new NewToken(name(name), scopes(scopes), newsletters(newsletters), expiry(expiresAt, now));
    }

    private static String name(@Nullable String name) {
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME || !isLine(name)) {
            throw Problem.invalid("name is one line of 1 to " + LONGEST_NAME + " characters.");
        }
        return name.strip();
    }

    private static boolean isLine(String name) {
        return name.codePoints()
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    private static Set<Scope> scopes(@Nullable List<@Nullable String> words) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String word : words == null ? List.<String>of() : words) {
            scopes.add(Scope.of(word).orElseThrow(NewToken::noScope));
        }
        if (scopes.isEmpty()) {
            throw noScope();
        }
        return scopes;
    }

    private static Problem noScope() {
        return Problem.invalid("scopes holds at least one of read, write, send and admin.");
    }

    private static @Nullable Set<String> newsletters(@Nullable List<@Nullable String> slugs) {
        if (slugs == null) {
            return null;
        }
        Set<String> newsletters = new TreeSet<>();
        for (String slug : slugs) {
            newsletters.add(slug == null ? "" : slug);
        }
        if (newsletters.isEmpty()) {
            throw Problem.invalid("newsletters names at least one, or is absent for all.");
        }
        return newsletters;
    }

    private static @Nullable Instant expiry(@Nullable String text, Instant now) {
        if (text == null) {
            return null;
        }
        Instant at;
        try {
            at = OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw Problem.invalid("expiresAt is a time such as 2027-11-25T18:00:00+01:00.");
        }
        if (!at.isAfter(now) || at.isAfter(now.plus(LONGEST_AHEAD))) {
            throw Problem.invalid("expiresAt is a time to come, within the next hundred years.");
        }
        return at;
    }
}
