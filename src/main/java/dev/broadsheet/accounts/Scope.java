package dev.broadsheet.accounts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an API token may do. Each stands for itself, so that a token that only writes reads nobody's address. */
public enum Scope {
    /** Every {@code GET}. */
    READ,
    /** Changing issues, subscribers, imports and suppressions of a newsletter; publishing. */
    WRITE,
    /** Campaigns and test sends. */
    SEND,
    /** All of them, and tokens, the audit trail, the newsletters themselves, and what holds for all newsletters. */
    ADMIN;

    /** As callers write it: in lower case. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Scope> of(@Nullable String word) {
        return Arrays.stream(values())
                .filter(scope -> scope.word().equals(word))
                .findFirst();
    }
}
