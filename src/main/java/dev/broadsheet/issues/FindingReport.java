package dev.broadsheet.issues;

import dev.broadsheet.preflight.Finding;
import dev.broadsheet.rendering.Manuscript;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Findings about a revision that something other than preflight made, such as a check of its links. They hold for later
 * revisions too where the same lines stand, until there is a report of those.
 */
@Entity
class FindingReport extends PanacheEntityBase {

    /** @param lines what stood there, without line ends */
    record Entry(Finding finding, List<String> lines) {

        static Entry of(Finding finding, Manuscript manuscript) {
            return new Entry(finding, List.copyOf(manuscript.lines().subList(finding.line() - 1, finding.lastLine())));
        }

        /** The finding where its lines stand in another source, if they do. */
        Optional<Finding> in(List<String> source) {
            int at = Collections.indexOfSubList(source, lines);
            int down = at + 1 - finding.line();
            return at < 0
                    ? Optional.empty()
                    : Optional.of(new Finding(
                            finding.id(),
                            finding.rule(),
                            finding.severity(),
                            finding.blocks(),
                            finding.line() + down,
                            finding.column(),
                            finding.message(),
                            finding.excerpt(),
                            finding.repair(),
                            finding.lastLine() + down));
        }
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(updatable = false)
    public long issueId;

    /** Number of the revision that was looked at. */
    @Column(updatable = false)
    public int revision;

    /** Who found them; a later report of the same on the same revision takes the place of an earlier one. */
    @Column(updatable = false)
    public String reporter;

    @Convert(converter = StoredJson.OfReport.class)
    public List<Entry> findings;

    public Instant reportedAt;

    protected FindingReport() {} // for Hibernate

    private FindingReport(long issueId, int revision, String reporter) {
        this.issueId = issueId;
        this.revision = revision;
        this.reporter = reporter;
    }

    /**
     * Keeps a report on a revision; the issue is locked by the caller.
     *
     * @param keeps which findings of the reporter's last report stay though they were not found again
     */
    static void put(Revision revision, String reporter, List<Finding> findings, Predicate<Finding> keeps, Instant now) {
        Manuscript manuscript = Manuscript.read(revision.source);
        Map<String, Finding> byId = new LinkedHashMap<>();
        findings.forEach(finding -> byId.put(finding.id(), finding));
        List<FindingReport> last = reports(revision.issueId, revision.number).stream()
                .filter(report -> report.reporter.equals(reporter))
                .toList();
        read(last, revision.number, manuscript).stream()
                .filter(keeps)
                .forEach(finding -> byId.putIfAbsent(finding.id(), finding));
        FindingReport report = last.stream()
                .filter(known -> known.revision == revision.number)
                .findFirst()
                .orElseGet(() -> new FindingReport(revision.issueId, revision.number, reporter));
        report.findings = byId.values().stream()
                .map(finding -> Entry.of(finding, manuscript))
                .toList();
        report.reportedAt = now;
        report.persistAndFlush();
    }

    /** What was reported about a stored revision. */
    static List<Finding> of(Revision revision) {
        List<FindingReport> reports = reports(revision.issueId, revision.number);
        return reports.isEmpty() ? List.of() : read(reports, revision.number, Manuscript.read(revision.source));
    }

    /** What was reported about a revision, perhaps not stored yet, that has this text. */
    static List<Finding> of(long issueId, int revision, Manuscript manuscript) {
        return read(reports(issueId, revision), revision, manuscript);
    }

    private static List<Finding> read(List<FindingReport> reports, int revision, Manuscript manuscript) {
        return reports.stream()
                .flatMap(report -> report.findings.stream()
                        .flatMap(entry -> report.revision == revision
                                ? Stream.of(entry.finding)
                                : entry.in(manuscript.lines()).stream()))
                .toList();
    }

    /** Of each reporter the one on this revision, or on the nearest before it. */
    private static List<FindingReport> reports(long issueId, int revision) {
        return list("""
                from FindingReport f where f.issueId = ?1 and f.revision = (
                  select max(r.revision) from FindingReport r
                  where r.issueId = f.issueId and r.reporter = f.reporter and r.revision <= ?2)
                """, issueId, revision);
    }
}
