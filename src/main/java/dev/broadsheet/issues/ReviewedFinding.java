package dev.broadsheet.issues;

import dev.broadsheet.platform.Problem;
import dev.broadsheet.preflight.Finding;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A finding of a revision with what an editor decided about it, if one did.
 *
 * @param isSettled whether it stands in nobody's way any more: an editor accepted it, or its lines are left out of what
 *     readers get, because of it or of another one
 */
public record ReviewedFinding(Finding finding, @Nullable Decision decision, boolean isSettled) {

    /** @param outcome {@code ACCEPTED} or {@code LEFT_OUT}. @param by name of the API token */
    public record Decision(String outcome, String reason, String by, Instant at) {

        Decision(FindingDecision decision) {
            this(decision.outcome.name(), decision.reason, decision.decidedBy, decision.decidedAt);
        }
    }

    private static final Comparator<ReviewedFinding> WORST_FIRST = Comparator.comparing(
                    (ReviewedFinding f) -> f.finding.severity())
            .thenComparing(f -> f.finding.line())
            .thenComparing(f -> f.finding.column());

    /** Whether it stands in the way of something. */
    public boolean isOpen() {
        return !isSettled && finding.blocks() != null;
    }

    private static boolean isLeftOut(Finding finding, Set<Integer> leftOut) {
        return finding.lastLine() > 0 && finding.lines().allMatch(leftOut::contains);
    }

    /** @param open undecided findings that block what is asked for. @throws Problem where there are any */
    static void refuse(List<ReviewedFinding> open, String what) {
        if (!open.isEmpty()) {
            throw new Problem(
                            409,
                            "findings-open",
                            "Preflight found what must not be " + what
                                    + ". Mend it and bring the source again, or accept"
                                    + " each finding or leave its lines out. The first: line "
                                    + open.get(0).finding().line() + ": "
                                    + open.get(0).finding().message())
                    .with("findings", open.stream().map(f -> f.finding().id()).toList());
        }
    }

    static List<ReviewedFinding> review(
            List<Finding> findings, Map<String, FindingDecision> decisions, Set<Integer> leftOut) {
        return findings.stream()
                .map(finding -> {
                    FindingDecision decision = decisions.get(finding.id());
                    boolean accepted = decision != null && decision.outcome == FindingDecision.Outcome.ACCEPTED;
                    return new ReviewedFinding(
                            finding,
                            decision == null ? null : new Decision(decision),
                            accepted || isLeftOut(finding, leftOut));
                })
                .sorted(WORST_FIRST)
                .toList();
    }
}
