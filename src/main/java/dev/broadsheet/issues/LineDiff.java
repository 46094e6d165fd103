package dev.broadsheet.issues;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What changed from one revision's source to the next, line by line, as {@code diff -u} writes it. */
final class LineDiff {

    private static final int CONTEXT = 3;

    /** Finding the shortest change takes lines times lines: beyond this, two sources have little in common anyway. */
    private static final long MOST_PAIRS = 20_000_000;

    private LineDiff() {}

    /**
     * @return empty where they are the same; null where they are too different to tell line by line
     */
    static @Nullable String of(String before, String after, int numberBefore, int numberAfter) {
        List<String> old = List.of(before.split("\\R", -1));
        List<String> now = List.of(after.split("\\R", -1));
        int head = 0;
        int most = Math.min(old.size(), now.size());
        while (head < most && old.get(head).equals(now.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < most - head && old.get(old.size() - 1 - tail).equals(now.get(now.size() - 1 - tail))) {
            tail++;
        }
        long pairs = (long) (old.size() - head - tail) * (now.size() - head - tail);
        if (pairs > MOST_PAIRS) {
            return null;
        }
        return String.join(
                "\n",
                UnifiedDiffUtils.generateUnifiedDiff(
                        "revision " + numberBefore, "revision " + numberAfter, old, DiffUtils.diff(old, now), CONTEXT));
    }
}
