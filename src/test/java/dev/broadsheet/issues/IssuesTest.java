package dev.broadsheet.issues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.Problem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class IssuesTest {

    @Singleton
    static class Heard {
        final List<IssueWithdrawn> events = new CopyOnWriteArrayList<>();

        void on(@Observes IssueWithdrawn event) {
            events.add(event);
        }
    }

    @Inject
    Issues issues;

    @Inject
    Editing editing;

    @Inject
    Newsletters newsletters;

    @Inject
    Sample sample;

    @Inject
    Rows rows;

    @Inject
    Heard heard;

    private String newsletter;
    private long newsletterId;

    @BeforeEach
    void newNewsletter() {
        newsletter = Api.newsletter();
        newsletterId = newsletters.get(newsletter).id;
    }

    private IssueDetails put(String slug, String source) {
        return editing.put(
                        newsletter,
                        slug,
                        source.getBytes(StandardCharsets.UTF_8),
                        null,
                        new Origin("admin", null),
                        false)
                .issue();
    }

    @Test
    void published_showsThePublishedRevisionAndNoDrafts() {
        put("draft", "Title: Draft\nDate: 2024-01-03\n\nx");
        put("old", "Title: Old\nDate: 2024-01-01\n\nx");
        put("five", "Title: Five\nDate: 2024-01-02\n\nfirst");
        issues.publish(newsletter, "old", null);
        issues.publish(newsletter, "five", null);
        put("five", "Title: Five changed\nDate: 2024-01-09\n\nsecond");

        List<PublishedIssue.Entry> all = issues.published(newsletterId, null, 10);
        assertThat(all).extracting(PublishedIssue.Entry::title).containsExactly("Five", "Old");
        DateCursor behindFirst = new DateCursor(all.get(0).date(), all.get(0).id());
        assertThat(issues.published(newsletterId, behindFirst, 10)).containsExactly(all.get(1));
        assertThat(issues.findPublished(newsletterId, "draft")).isEmpty();
        assertThat(issues.findPublished(newsletterId, "five")).hasValueSatisfying(five -> {
            assertThat(five.title()).isEqualTo("Five");
            assertThat(five.contentHtml()).isEqualTo("<p>first</p>\n");
        });
    }

    @Test
    void withdraw_isToldOnceAndHidesTheContent() {
        IssueDetails issue = put("five", "Title: Five\n\nsecret");
        issues.publish(newsletter, "five", null);

        issues.withdraw(newsletter, "five");
        issues.withdraw(newsletter, "five");

        assertThat(heard.events).containsOnlyOnce(new IssueWithdrawn(issue.id()));
        assertThat(issues.published(newsletterId, null, 10)).isEmpty();
        assertThat(issues.findPublished(newsletterId, "five")).hasValueSatisfying(five -> {
            assertThat(five.state()).isEqualTo(IssueState.WITHDRAWN);
            assertThat(five.contentHtml()).isEmpty();
        });
    }

    @Test
    void publishedRevision_holdsTheSlotsAndStaysWhatItWas() {
        put("five", "Title: Five\nSubject: The fifth\n\nfirst");
        assertThat(catchThrowableOfType(Problem.class, () -> issues.publishedRevision(newsletterId, "five"))
                        .type())
                .isEqualTo("not-published");
        issues.publish(newsletter, "five", null);
        RevisionMail mail = issues.publishedRevision(newsletterId, "five");
        put("five", "Title: Five\n\nsecond");

        assertThat(mail.subject()).isEqualTo("The fifth");
        assertThat(mail.mailHtml()).contains(mail.slots().unsubscribeUrl());
        assertThat(mail.mailText()).contains(mail.slots().unsubscribeUrl(), "first");
        assertThat(issues.publishedRevision(newsletterId, "five")).isEqualTo(mail);
        assertThat(issues.revision(mail.revisionId())).isEqualTo(mail);
        assertThat(catchThrowableOfType(Problem.class, () -> issues.publishedRevision(newsletterId, "none"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void sample_isAPublishedIssueOfOurOwnWriting() {
        sample.create();

        assertThat(rows.texts("""
                        select n.xmin from newsletter n where n.slug = ? union
                        select i.xmin from issue i join newsletter n on n.id = i.newsletter_id where n.slug = ?
                        """, Sample.NEWSLETTER, Sample.NEWSLETTER))
                .as("transactions it was made in")
                .hasSize(1);
        IssueDetails welcome = issues.get(Sample.NEWSLETTER, Sample.ISSUE);
        assertThat(welcome.state()).isEqualTo(IssueState.PUBLISHED);
        String html = issues.content(Sample.NEWSLETTER, Sample.ISSUE, null);
        assertThat(html).contains("<table>", "<pre>", "<blockquote>", "{:?}", "id=\"upcoming-events\"");
        assertThat(issues.preview(Sample.NEWSLETTER, Sample.ISSUE, null).mailText())
                .contains("* 2026-03-10 | Ghent, BE | Ghent Toolmakers");
    }
}
