package dev.broadsheet.preflight;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a careful editor would look at again before an issue goes out.
 *
 * @param id the same in every revision where the same text stands: 16 hexadecimal digits
 * @param rule of {@link Rule#id}
 * @param blocks what may not happen until it is mended or accepted; null where nothing waits for it
 * @param line counted from one, front matter included
 * @param column counted from one
 * @param message what to do, in a sentence or two
 * @param excerpt of the line around the place, at most 120 characters
 * @param repair the line's proposed new text; null where none can be made
 * @param lastLine what leaving it out takes away reaches from {@code line} to here; 0 where it is about the whole issue
 */
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

    /** Numbers of the lines that leaving it out takes away; none where it is about the whole issue. */
    public IntStream lines() {
        return IntStream.rangeClosed(line, lastLine);
    }

    /** An error is plain to every reader, a warning is a mistake most of the time, the rest is for the careful. */
    public enum Severity {
        ERROR,
        WARNING,
        INFO
    }

    /** Broken markup blocks publishing; what often exists only after publishing blocks sending. */
    public enum Blocks {
        PUBLISH,
        SEND
    }
}
