package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a newsletter's editors are told. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class AlertTest {

    private static final String LATER = "{\"sendAt\": \"2100-01-01T10:00:00Z\"}";

    @Inject
    Alerts alerts;

    @Inject
    Campaigns campaigns;

    @Inject
    TestReaders readers;

    @Inject
    Readers mails;

    @Inject
    Rows rows;

    private Newsroom newsroom;
    private String editor;

    @BeforeEach
    void newsletterWithAnEditorToTell() {
        newsroom = new Newsroom();
        editor = Readers.address();
        newsroom.settings("\"alertEmails\": [\"" + editor + "\", \"" + editor + "\"]");
        newsroom.publish("one");
    }

    @Test
    void doneCampaign_isToldOnceWithItsCounts_andNoRecipient() {
        readers.active(newsroom.newsletter(), 3);
        long left = readers.active(newsroom.newsletter(), 1).get(0);
        long id = newsroom.start("one", LATER);
        Newsroom.post(id, "pause");
        rows.run("update campaign set send_at = now() where id = ?", id);
        readers.unsubscribe(left);
        Newsroom.post(id, "resume");
        awaitState(id, "DONE");

        String text = awaitMail("is sent", "text");

        assertThat(text)
                .contains("Recipients: 3. sent 3")
                .contains(TestDatabase.BASE_URL + "/api/campaigns/" + id)
                .doesNotContain("waiting")
                .doesNotContain(newsroom.newsletter() + ".example");
        assertThat(mail("is sent", "html"))
                .contains("Recipients: 3.")
                .doesNotContain(newsroom.newsletter() + ".example");
        alerts.tell();
        assertThat(subjects("is sent"))
                .as("one mail, though the address stands there twice")
                .isEqualTo(1);
    }

    @Test
    void pauseByAnEditorAndCancel_areTold_withTheCallThatGoesOn() {
        long id = newsroom.start("one", LATER);
        Newsroom.post(id, "pause");
        String text = awaitMail("is paused", "text");
        assertThat(unwrapped(text))
                .contains("Reason: An editor paused it. (editor)")
                .contains("POST " + TestDatabase.BASE_URL + "/api/campaigns/" + id + "/resume goes on");
        Newsroom.post(id, "cancel");
        assertThat(unwrapped(awaitMail("was cancelled", "text"))).contains("/issues/one/campaigns");
    }

    @ParameterizedTest
    @CsvSource({
        "en, in-doubt,        is paused,                 may or may not have been handed over, /settle",
        "en, CANARY,          waits for your approval,   said,                                 resume approves it",
        "en, issue-withdrawn, is paused,                 was withdrawn,                        publish the issue again",
        "en, sendgrid-auth,   is paused,                 said,                                 exactly the rest",
        "de, in-doubt,        ist angehalten,            ob sie übergeben wurden,              POST",
        "de-AT, CANARY,       wartet auf Ihre Freigabe,  said,                                 gibt es frei",
        "fr, misfired,        is paused,                 passed while nobody ran,              sends it now",
    })
    void pauseByTheHouse_saysWhyAndWhatToDo_inTheNewslettersLanguage(
            String language, String code, String subject, String why, String todo) {
        newsroom.settings("\"alertEmails\": [\"" + editor + "\"], \"language\": \"" + language + "\"");
        long id = newsroom.start("one", LATER);

        campaigns.pauseBy(id, code, "The provider said");

        assertThat(unwrapped(awaitMail(subject, "text")))
                .contains(why)
                .contains("(" + code + ")")
                .contains(todo);
    }

    @ParameterizedTest
    @CsvSource({"en, went to nobody, no active reader", "de, ging an niemanden, Niemand ist angemeldet"})
    void campaignThatReachedNobody_isNotToldAsSent(String language, String subject, String why) {
        newsroom.settings("\"alertEmails\": [\"" + editor + "\"], \"language\": \"" + language + "\"");

        newsroom.start("one", "{}");

        assertThat(unwrapped(awaitMail(subject, "text"))).contains(why);
    }

    @Test
    void providersWords_areTextAlone() {
        long id = newsroom.start("one", LATER);

        campaigns.pauseBy(id, "sendgrid-refused", "It said <b>no</b> & {more}.");

        assertThat(awaitMail("is paused", "text")).contains("It said <b>no</b> & {more}. (sendgrid-refused)");
        assertThat(mail("is paused", "html")).contains("&lt;b&gt;no&lt;/b&gt; &amp; {more}.");
    }

    @Test
    void pausedAgainAndAgain_isToldOnceInTheQuietTime_thenHowOften() {
        long id = newsroom.start("one", LATER);
        campaigns.pauseBy(id, "smtp-auth", "Wrong password");
        awaitMail("is paused", "text");

        IntStream.range(0, 3).forEach(i -> {
            Newsroom.post(id, "resume");
            campaigns.pauseBy(id, "smtp-auth", "Wrong password");
        });
        Newsroom.post(id, "resume");
        campaigns.pauseBy(id, "smtp-credits", "No credits");
        await().until(() -> subjects("is paused") == 2); // another reason is told at once
        alerts.tell();
        assertThat(subjects("is paused")).isEqualTo(2);

        rows.run("update alert set told_at = told_at - interval '11 minutes' where campaign_id = ?", id);
        await().until(() -> subjects("is paused") == 3);
        assertThat(unwrapped(mail("is paused", "text")))
                .contains("This has happened 3 times of late")
                .contains("smtp-auth");
        alerts.tell();
        assertThat(subjects("is paused")).isEqualTo(3);
    }

    @Test
    void pauseThatIsRolledBack_isNotTold_andOneThatWasCommittedIsNeverLost() {
        long id = newsroom.start("one", LATER);
        QuarkusTransaction.begin();
        campaigns.pauseBy(id, "rolled-back", "never");
        QuarkusTransaction.rollback();
        assertThat(rows.number("select count(*) from alert where campaign_id = ?", id))
                .isZero();

        QuarkusTransaction.begin();
        campaigns.pauseBy(id, "kept", "always");
        QuarkusTransaction.commit();
        assertThat(rows.texts("select code from alert where campaign_id = ?", id))
                .containsExactly("kept");
        awaitMail("is paused", "text");
    }

    @Test
    void newsletterWithoutAlertEmails_tellsNobody_alsoNotLater() {
        newsroom.settings("\"alertEmails\": []");
        long id = newsroom.start("one", LATER);
        Newsroom.post(id, "pause");
        await().until(() ->
                rows.number("select count(*) from alert where campaign_id = ? and told_at is null", id) == 0);
        newsroom.settings("\"alertEmails\": [\"" + editor + "\"]");
        alerts.tell();
        assertThat(mails.mails(editor, "ALERT")).isZero();
    }

    private String awaitMail(String subject, String part) {
        await().atMost(Duration.ofSeconds(30)).until(() -> subjects(subject) > 0);
        return mail(subject, part);
    }

    /** The latest to the editor with such a subject. */
    private String mail(String subject, String part) {
        return rows.text(
                "select c.message ->> '" + part
                        + "' from single_mail m join single_mail_content c on c.id = m.content_id"
                        + " where m.recipient = ? and m.kind = 'ALERT' and c.message ->> 'subject' like ?"
                        + " order by m.id desc limit 1",
                editor,
                "%" + subject);
    }

    private long subjects(String subject) {
        return rows.number(
                "select count(*) from single_mail m join single_mail_content c on c.id = m.content_id"
                        + " where m.recipient = ? and m.kind = 'ALERT' and c.message ->> 'subject' like ?",
                editor,
                "%" + subject);
    }

    private static String unwrapped(String text) {
        return text.replace('\n', ' ');
    }
}
