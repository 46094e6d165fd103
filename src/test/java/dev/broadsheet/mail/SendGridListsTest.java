package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.mail.FakeSendGrid.Answer;
import dev.broadsheet.mail.SendGridLists.Lifted;
import dev.broadsheet.mail.SendGridLists.Name;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SendGridListsTest {

    private static final String ADA = "ada@example.org";
    private static final Set<Name> ALL = EnumSet.allOf(Name.class);

    private final FakeSendGrid fake = new FakeSendGrid();
    private final SendGridLists lists = lists(Map.of());

    private SendGridLists lists(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "broadsheet.mail.transport",
                "sendgrid",
                "broadsheet.mail.sendgrid.url",
                fake.url().toString(),
                "broadsheet.mail.sendgrid.api-key",
                FakeSendGrid.API_KEY));
        all.putAll(settings);
        MailConfig config = new SmallRyeConfigBuilder()
                .withMapping(MailConfig.class)
                .withDefaultValues(all)
                .build()
                .getConfigMapping(MailConfig.class);
        Duration soon = Duration.ofMillis(400);
        return new SendGridLists(
                config, new SendGridLists.Limits(new SendGridTransport.Timeouts(soon, soon), Duration.ofMillis(600)));
    }

    @AfterEach
    void stop() throws IOException {
        lists.close();
        fake.close();
        assertThat(fake.violations()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void address_isTakenOffTheListThatItStandsOn(Name name) {
        fake.list(name.toString(), ADA);
        fake.list(name.toString(), "bob@example.org");

        assertThat(lists.lift(ADA, ALL)).isEqualTo(new Lifted(Set.of(name), null));

        assertThat(fake.isListed(name.toString(), ADA)).isFalse();
        assertThat(fake.isListed(name.toString(), "bob@example.org")).isTrue();
        assertThat(fake.deletes())
                .containsExactlyInAnyOrder(
                        "/v3/suppression/bounces/ada%40example.org",
                        "/v3/suppression/blocks/ada%40example.org",
                        "/v3/suppression/invalid_emails/ada%40example.org",
                        "/v3/suppression/spam_reports/ada%40example.org");
    }

    @Test
    void listThatWasNotAskedFor_isLeftAlone() {
        fake.list("bounces", ADA);
        fake.list("spam_reports", ADA);

        assertThat(lists.lift(ADA, Set.of(Name.BOUNCES)).from()).containsExactly(Name.BOUNCES);

        assertThat(fake.isListed("spam_reports", ADA)).isTrue();
    }

    @Test
    void addressThatIsOnNone_isNoTrouble() {
        assertThat(lists.lift(ADA, ALL)).isEqualTo(new Lifted(Set.of(), null));
    }

    @ParameterizedTest
    @CsvSource({
        "a+b@example.org, a%2Bb%40example.org",
        "a/../b@example.org, a%2F..%2Fb%40example.org",
        "o'hara@example.org, o%27hara%40example.org",
        "100%25?x=1#y&z@example.org, 100%2525%3Fx%3D1%23y%26z%40example.org",
        "{a|b}~c^d`e@example.org, %7Ba%7Cb%7D~c%5Ed%60e%40example.org",
        "info@straße.example, info%40xn--strae-oqa.example",
        "jürgen@example.org, j%C3%BCrgen%40example.org"
    })
    void addressInThePath_isEncodedToTheLetter(String email, String encoded) {
        lists.lift(email, Set.of(Name.BOUNCES));

        assertThat(fake.deletes()).containsExactly("/v3/suppression/bounces/" + encoded);
    }

    @Test
    void addressWithCapitals_isLookedForInBothSpellings() {
        fake.list("bounces", ADA);

        assertThat(lists.lift("Ada@Example.org", ALL).from()).containsExactly(Name.BOUNCES);
        assertThat(fake.deletes()).contains("/v3/suppression/bounces/Ada%40Example.org");
    }

    @Test
    void addressThatNoMailCanGoTo_isNotAskedFor() {
        assertThat(lists.lift("a\r\nb@example.org", ALL).trouble())
                .contains("cannot be asked")
                .doesNotContain("example");
        assertThat(fake.requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void keyThatMayNot_isToldWhichPermissionItNeeds(int status) {
        fake.nextDelete(Answer.error(status, "access forbidden for " + ADA, null));

        Lifted lifted = lists.lift(ADA, ALL);

        assertThat(lifted.trouble())
                .contains(String.valueOf(status), "\"Suppressions\"")
                .doesNotContain("ada");
        assertThat(fake.requests()).as("the others would fare the same").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 301, 400, 429, 500, 503})
    void answerThatIsNone_isTrouble(int status) {
        fake.nextDelete(Answer.of(status, "<html>"));
        assertThat(lists.lift(ADA, ALL).trouble()).contains("SendGrid answered " + status);
    }

    @Test
    void troubleWithOneList_tellsWhatWasDoneBefore() {
        fake.nextDelete(Answer.of(204, ""), Answer.of(500, ""));

        Lifted lifted = lists.lift(ADA, ALL);

        assertThat(lifted.from()).containsExactly(Name.BOUNCES);
        assertThat(lifted.trouble()).contains("500");
    }

    @Test
    void silence_andAClosedConnection_areTroubleSoon() {
        fake.nextDelete(Answer.silence(false));
        assertThat(lists.lift(ADA, ALL).trouble()).startsWith("No answer from SendGrid");
        fake.nextDelete(Answer.reset(false));
        assertThat(lists.lift(ADA, ALL).trouble()).startsWith("No answer from SendGrid");
    }

    @Test
    void otherTransports_andRehearsals_haveNoLists_andAKeyIsNeeded() throws IOException {
        assertThat(lists.areUsed()).isTrue();
        assertThat(lists(Map.of("broadsheet.mail.transport", "smtp")).areUsed()).isFalse();
        assertThat(lists(Map.of("broadsheet.mail.transport", "outbox")).areUsed())
                .isFalse();
        assertThat(lists(Map.of("broadsheet.mail.sendgrid.sandbox", "true")).areUsed())
                .isFalse();
        SendGridLists keyless = lists(Map.of("broadsheet.mail.sendgrid.api-key", ""));
        assertThat(keyless.areUsed()).isTrue();
        assertThat(keyless.lift(ADA, ALL).trouble()).contains("API key");
        assertThat(fake.requests()).isZero();
    }
}
