package dev.broadsheet.issues;

import dev.broadsheet.preflight.Finding;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What an editor decided about a finding. It holds for every revision where the same text stands. */
@Entity
class FindingDecision extends PanacheEntityBase {

    enum Outcome {
        /** The finding stands: the text is right, or shall go out as it is. */
        ACCEPTED,
        /** Its lines are left out of what readers get. */
        LEFT_OUT
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(updatable = false)
    public long issueId;

    @Column(updatable = false)
    public String findingId;

    @Column(updatable = false)
    public String rule;

    @Enumerated(EnumType.STRING)
    public Outcome outcome;

    public String reason;

    public String decidedBy;

    public Instant decidedAt;

    protected FindingDecision() {} // for Hibernate

    private FindingDecision(long issueId, Finding finding) {
        this.issueId = issueId;
        this.findingId = finding.id();
        this.rule = finding.rule();
    }

    /** Decides about a finding of an issue; the last word counts. The issue is locked by the caller. */
    static void decide(long issueId, Finding finding, Outcome outcome, String reason, String by, Instant now) {
        FindingDecision decision = FindingDecision.<FindingDecision>find(
                        "issueId = ?1 and findingId = ?2", issueId, finding.id())
                .firstResultOptional()
                .orElseGet(() -> new FindingDecision(issueId, finding));
        decision.outcome = outcome;
        decision.reason = reason;
        decision.decidedBy = by;
        decision.decidedAt = now;
        decision.persistAndFlush();
    }

    /** All of an issue, by the finding's id. */
    static Map<String, FindingDecision> of(long issueId) {
        List<FindingDecision> all = list("issueId", issueId);
        return all.stream().collect(Collectors.toMap(d -> d.findingId, d -> d));
    }
}
