package dev.broadsheet;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.LinkTokens.Purpose;
import io.restassured.response.ValidatableResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What readers do, and what they get, in tests. */
@ApplicationScoped
public class Readers {

    private static final Pattern CONFIRM = Pattern.compile(Pattern.quote(TestDatabase.BASE_URL) + "(/confirm/[\\w-]+)");

    private final Rows rows;

    Readers(Rows rows) {
        this.rows = rows;
    }

    /** Tokens as they would have been made so long ago. */
    public static LinkTokens tokens(Duration ago) {
        return new LinkTokens(List.of(TestDatabase.SECRET), Clock.offset(Clock.systemUTC(), ago.negated()));
    }

    /** An address that no other test uses. */
    public static String address() {
        return Api.fresh("reader") + "@example.org";
    }

    /** Sends the form as a person would, some seconds after it was shown. */
    public ValidatableResponse subscribe(String newsletter, String email) {
        return given().redirects()
                .follow(false)
                .formParam("email", email)
                .formParam("ts", tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, newsletterId(newsletter)))
                .post("/n/" + newsletter + "/subscribe")
                .then();
    }

    /** Waits until all that was asked for is worked off. */
    public void awaitSignUps(String newsletter) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> rows.number(
                                "select count(*) from sign_up where newsletter_id = ? and attempts = 0",
                                newsletterId(newsletter))
                        == 0);
    }

    /** A reader whose confirmation mail is there. @return the path of its link */
    public String pending(String newsletter, String email) {
        subscribe(newsletter, email).statusCode(303);
        awaitSignUps(newsletter);
        return confirmLink(email);
    }

    /** A reader who has confirmed. @return the subscription's id */
    public long active(String newsletter, String email) {
        given().redirects()
                .follow(false)
                .post(pending(newsletter, email))
                .then()
                .statusCode(303);
        assertThat(state(newsletter, email)).isEqualTo("ACTIVE");
        return subscriptionId(newsletter, email);
    }

    /** The path of the link in the latest confirmation mail to that address. */
    public String confirmLink(String email) {
        String mail = mail(email, "CONFIRMATION", "text");
        Matcher link = CONFIRM.matcher(mail);
        assertThat(link.find()).as(mail).isTrue();
        return link.group(1);
    }

    /**
     * The latest single mail of a kind to that address, as it leaves.
     *
     * @param part {@code subject}, {@code text} or {@code html}; {@code headers} as JSON, the person's own too
     */
    public String mail(String email, String kind, String part) {
        String which = " from single_mail m join single_mail_content c on c.id = m.content_id"
                + " where m.recipient = ? and m.kind = ? order by m.id desc limit 1";
        if (part.equals("headers")) {
            return rows.text("select ((c.message -> 'headers') || (m.own -> 'headers'))::text" + which, email, kind);
        }
        String text = rows.text("select c.message ->> '" + part + "'" + which, email, kind);
        List<String> tags = rows.texts(
                "select jsonb_array_elements_text(x.tags) from (select c.message -> 'tags' as tags" + which + ") x",
                email,
                kind);
        for (String tag : tags) {
            text = text.replace(tag, rows.text("select m.own -> 'values' ->> '" + tag + "'" + which, email, kind));
        }
        return text;
    }

    /** How many single mails of a kind went to that address. */
    public long mails(String email, String kind) {
        return rows.number("select count(*) from single_mail where recipient = ? and kind = ?", email, kind);
    }

    public long confirmations(String email) {
        return rows.number("select count(*) from single_mail where recipient = ? and kind = 'CONFIRMATION'", email);
    }

    /** Its state, or {@code none}. */
    public String state(String newsletter, String email) {
        List<String> states = rows.texts("""
                        select s.state from subscription s join subscriber p on p.id = s.subscriber_id
                        where s.newsletter_id = ? and p.email_key = lower(?)
                        """, newsletterId(newsletter), email);
        return states.isEmpty() ? "none" : states.get(0);
    }

    public long subscriptionId(String newsletter, String email) {
        return rows.number("""
                        select s.id from subscription s join subscriber p on p.id = s.subscriber_id
                        where s.newsletter_id = ? and p.email_key = lower(?)
                        """, newsletterId(newsletter), email);
    }

    /** What is proven of it, in order. */
    public List<String> consent(long subscriptionId) {
        return rows.texts(
                "select action || ' ' || via from consent_record where subscription_id = ? order by id",
                subscriptionId);
    }

    public long newsletterId(String newsletter) {
        return rows.number("select id from newsletter where slug = ?", newsletter);
    }
}
