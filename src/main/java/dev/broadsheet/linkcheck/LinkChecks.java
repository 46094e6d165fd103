package dev.broadsheet.linkcheck;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.issues.Editing;
import dev.broadsheet.issues.Issues;
import dev.broadsheet.issues.RevisionName;
import dev.broadsheet.issues.RevisionSource;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.preflight.Finding;
import dev.broadsheet.rendering.Manuscript;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The transactions of a check of links, and what is kept of it. */
@ApplicationScoped
class LinkChecks {

    /** Longer than a check takes, and the checks that wait for it: one that is older has been forgotten. */
    private static final Duration LONGEST = Duration.ofHours(2);

    private static final String REPORTER = "link-check";

    /** A check as it is now, with its newsletter's and issue's names. */
    record Overview(LinkCheck check, String newsletter, String issue, int revision) {}

    private final Issues issues;
    private final Editing editing;
    private final LinkCheckJobs jobs;
    private final Audit audit;
    private final Clock clock;

    LinkChecks(Issues issues, Editing editing, LinkCheckJobs jobs, Audit audit, Clock clock) {
        this.issues = issues;
        this.editing = editing;
        this.jobs = jobs;
        this.audit = audit;
        this.clock = clock;
    }

    /** Starts a check of an issue's latest revision; answers the one that is running, where there is one. */
    @Transactional
    Overview start(String newsletter, String issue) {
        RevisionSource latest = issues.latestSource(newsletter, issue);
        int total = Link.of(Manuscript.read(latest.source())).size();
        long id = LinkCheck.startOrJoin(
                latest.newsletterId(), latest.issueId(), latest.revisionId(), total, clock.instant());
        jobs.ensure(id);
        audit.record(
                "link-check.start",
                newsletter,
                "link-check/" + id,
                Map.of("issue", issue, "revision", latest.number()));
        return get(id);
    }

    /** @throws Problem 404 where there is none */
    @Transactional
    Overview get(long id) {
        LinkCheck check = LinkCheck.<LinkCheck>findByIdOptional(id).orElseThrow(() -> Problem.notFound("link check"));
        RevisionName revision = issues.name(check.revisionId);
        Newsletter newsletter = Newsletter.findById(check.newsletterId);
        return new Overview(check, newsletter.slug, revision.slug(), revision.number());
    }

    /** What a check looks at; empty where it has come to an end. */
    @Transactional
    Optional<RevisionSource> source(long id) {
        return running(id).map(check -> issues.source(check.revisionId));
    }

    @Transactional
    void count(long id, int checked, int dead) {
        running(id).ifPresent(check -> check.count(checked, dead));
    }

    /** Hands the findings to the issue and ends the check; one that has ended stays as it is. */
    @Transactional
    void finish(long id, int checked, int dead, List<Finding> findings) {
        running(id).ifPresent(check -> {
            check.count(checked, dead);
            check.finish(clock.instant());
            editing.report(check.revisionId, REPORTER, findings);
        });
    }

    @Transactional
    void fail(long id, String why) {
        running(id).ifPresent(check -> check.fail(why, clock.instant()));
    }

    /** Schedules again what nobody will run, and gives up what is too old: none stays running for ever. */
    @Transactional
    void lookAfter() {
        for (LinkCheck check : LinkCheck.running()) {
            if (check.startedAt.plus(LONGEST).isBefore(clock.instant())) {
                check.fail("The check did not come to its end. Start another.", clock.instant());
            } else {
                jobs.ensure(check.id);
            }
        }
    }

    private static Optional<LinkCheck> running(long id) {
        return LinkCheck.<LinkCheck>findByIdOptional(id).filter(LinkCheck::isRunning);
    }
}
