package dev.broadsheet.preflight;

import org.jspecify.annotations.Nullable;

/** stub */
public record Finding(
        String id,
        String rule,
        Severity severity,
        @Nullable Blocks blocks,
        int line,
        int column,
        String message,
        String excerpt,
        @Nullable String repair,
        int lastLine) {
    public enum Severity {
        ERROR,
        WARNING,
        INFO
    }

    public enum Blocks {
        PUBLISH,
        SEND
    }
}
