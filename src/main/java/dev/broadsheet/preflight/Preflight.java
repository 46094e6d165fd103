package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.ArrayList;
import java.util.List;

/** stub */
public final class Preflight {
    private Preflight() {}

    public static Report check(Manuscript manuscript, Context context) {
        List<Finding> findings = new ArrayList<>();
        for (int i = manuscript.bodyLine(); i <= manuscript.lines().size(); i++) {
            String text = manuscript.prose(i);
            if (text.contains("LINK_HERE")) {
                findings.add(new Finding(
                        "f" + Integer.toHexString(text.strip().hashCode()),
                        "placeholder-link",
                        Finding.Severity.ERROR,
                        Finding.Blocks.SEND,
                        i,
                        1,
                        "m",
                        text,
                        null,
                        i));
            }
            if (text.startsWith("<<<<<<<")) {
                findings.add(new Finding(
                        "c" + Integer.toHexString(text.strip().hashCode()),
                        "conflict-marker",
                        Finding.Severity.ERROR,
                        Finding.Blocks.PUBLISH,
                        i,
                        1,
                        "m",
                        text,
                        null,
                        i));
            }
        }
        return new Report(findings, new Facts());
    }
}
