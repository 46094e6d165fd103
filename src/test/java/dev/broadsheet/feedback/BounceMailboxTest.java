package dev.broadsheet.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real IMAP server, GreenMail. */
@Timeout(60)
class BounceMailboxTest {

    private static final Instant NOW = Instant.parse("2026-11-27T07:00:00Z");
    private static final Instant RECEIVED = Instant.parse("2026-11-26T07:00:05Z");

    /** Tells of every account it makes, and that it knows no reports. */
    private static final Logger GREENMAIL = Logger.getLogger("com.icegreen.greenmail");

    static {
        GREENMAIL.setLevel(Level.SEVERE);
    }

    private final GreenMail server = new GreenMail(new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_IMAP));
    private final Bounces.Recorded feedback = new Bounces.Recorded();
    private GreenMailUser user;

    @BeforeEach
    void start() {
        server.start();
        user = server.setUser("bounces@mail.weekly.example", "bounces", "secret");
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void round_takesEachMail_andMovesIt() throws Exception {
        put("postfix-hard");
        put("out-of-office");
        put("somebody-elses");
        put("yahoo-abuse");

        mailbox(config()).round(() -> false);

        assertThat(eventIds()).containsExactly("bounce-12-345-hard", "bounce-12-345-complained");
        assertThat(feedback.events).extracting(FeedbackEvent::at).containsOnly(RECEIVED);
        assertThat(subjects("INBOX")).isEmpty();
        assertThat(subjects("Broadsheet.Done"))
                .containsExactlyInAnyOrder(
                        "Undelivered Mail Returned to Sender", "Automatic reply: Weekly 12", "FW: Weekly 12");
        assertThat(subjects("Broadsheet.Unmatched")).containsExactly("Undelivered Mail Returned to Sender");
        assertThat(folder("Broadsheet.Done").getMessages()).noneMatch(mail -> mail.isSet(Flags.Flag.SEEN));
    }

    @Test
    void moreThanABatch_isTakenInOneRound() throws Exception {
        for (int i = 0; i < 120; i++) {
            put("postfix-hard");
        }

        mailbox(config()).round(() -> false);

        assertThat(feedback.events).hasSize(120);
        assertThat(subjects("INBOX")).isEmpty();
        assertThat(subjects("Broadsheet.Done")).hasSize(120);
    }

    @Test
    void whileTheDatabaseIsAway_mailsStay_andAreTakenLater() throws Exception {
        for (int i = 0; i < 5; i++) {
            put("postfix-hard");
        }
        BounceMailbox mailbox = mailbox(config());
        feedback.broken = true;

        for (int i = 0; i < 6; i++) {
            assertThatThrownBy(() -> mailbox.round(() -> false)).hasMessage("the database is away");
        }
        assertThat(subjects("INBOX")).hasSize(5);
        feedback.broken = false;
        mailbox.round(() -> false);

        assertThat(feedback.events).hasSize(5);
        assertThat(subjects("INBOX")).isEmpty();
    }

    @Test
    void afterACrashBetweenTakingAndMoving_theSameIsToldAgain() throws Exception {
        put("postfix-hard");
        Consumer<List<FeedbackEvent>> crashing = events -> {
            feedback.accept(events);
            server.stop(); // so that it cannot be moved
        };
        BounceMailbox mailbox = mailbox(config(), crashing);

        assertThatThrownBy(() -> mailbox.round(() -> false)).isInstanceOf(MessagingException.class);
        start();
        put("postfix-hard");
        mailbox(config()).round(() -> false);

        assertThat(eventIds()).containsExactly("bounce-12-345-hard", "bounce-12-345-hard");
    }

    @Test
    void mailThatIsNeverTaken_stopsNoOther_andIsPutAsideInTheEnd() throws Exception {
        Consumer<List<FeedbackEvent>> choosy = events -> {
            if (events.get(0).mailId() != null) {
                throw new IllegalStateException("not this one");
            }
            feedback.accept(events);
        };
        BounceMailbox mailbox = mailbox(config(), choosy);
        for (int i = 0; i < 5; i++) {
            put("single-mail");
        }
        // all that there is: it may be the database
        assertThatThrownBy(() -> mailbox.round(() -> false)).hasMessage("not this one");
        for (int round = 0; round < 4; round++) {
            put("postfix-soft-expired");
            mailbox.round(() -> false);
        }
        assertThat(feedback.events).hasSize(4);
        assertThat(subjects("Broadsheet.Done")).hasSize(4);

        for (int round = 0; round < 4; round++) {
            put("postfix-soft-expired");
            mailbox.round(() -> false);
        }
        assertThat(subjects("INBOX")).isEmpty();
        assertThat(subjects("Broadsheet.Unmatched")).hasSize(5);
    }

    @Test
    void mailOfMoreThanAMegabyte_isReadByItsBeginning() throws Exception {
        String text = Bounces.text("postfix-hard");
        put(Bounces.octets(
                text.replace("\n", "\r\n") + "x".repeat(70).concat("\r\n").repeat(50_000)));

        mailbox(config()).round(() -> false);

        assertThat(eventIds()).containsExactly("bounce-12-345-hard");
    }

    @Test
    void withoutADoneFolder_doneMailsAreDeleted_othersAreNot() throws Exception {
        put("postfix-hard");
        put("somebody-elses");

        mailbox(new Config(port(), "secret", ImapConfig.Tls.NONE, Optional.empty()))
                .round(() -> false);

        assertThat(subjects("INBOX")).isEmpty();
        assertThat(server.getManagers().getImapHostManager().getFolder(user, "Broadsheet.Done"))
                .isNull();
        assertThat(subjects("Broadsheet.Unmatched")).hasSize(1);
    }

    @Test
    void aMailThatSomebodyMarkedAsDeleted_isLeftAlone() throws Exception {
        put("postfix-hard");
        folder("INBOX").getMessages().get(0).setFlag(Flags.Flag.DELETED, true);
        put("yahoo-abuse");

        mailbox(config()).round(() -> false);

        assertThat(eventIds()).containsExactly("bounce-12-345-complained");
        assertThat(subjects("INBOX")).containsExactly("Undelivered Mail Returned to Sender");
    }

    /** As on servers of before 2013, and of before 2005. */
    @ParameterizedTest
    @ValueSource(strings = {"MOVE", "MOVE UIDPLUS"})
    void serverThatCannotMove_isAskedToCopyAndDelete(String lacking) throws Exception {
        put("postfix-hard");
        folder("INBOX").getMessages().get(0).setFlag(Flags.Flag.DELETED, true); // somebody else's business
        put("gmail-hard");
        put("somebody-elses");
        try (OlderImap older = new OlderImap(port(), List.of(lacking.split(" ")))) {
            Config config = new Config(older.port(), "secret", ImapConfig.Tls.NONE, Optional.of("Broadsheet/Done"));

            mailbox(config).round(() -> false);
            mailbox(config).round(() -> false);
        }

        assertThat(eventIds()).containsExactly("bounce-12-345-hard");
        assertThat(subjects("Broadsheet.Done")).containsExactly("Delivery Status Notification (Failure)");
        assertThat(subjects("Broadsheet.Unmatched")).containsExactly("Undelivered Mail Returned to Sender");
        assertThat(folder("INBOX").getMessages()).allMatch(mail -> mail.isSet(Flags.Flag.DELETED));
        assertThat(subjects("INBOX")).hasSize(lacking.contains("UIDPLUS") ? 3 : 1);
    }

    @Test
    void serverThatCannotExpungeOne_isReadOnBehindABatchOfDeletedMails() throws Exception {
        for (int i = 0; i < 101; i++) {
            put("postfix-hard");
        }
        try (OlderImap older = new OlderImap(port(), List.of("MOVE", "UIDPLUS"))) {
            Config config = new Config(older.port(), "secret", ImapConfig.Tls.NONE, Optional.of("Broadsheet/Done"));

            mailbox(config).round(() -> false);
            put("yahoo-abuse");
            mailbox(config).round(() -> false);
        }

        assertThat(feedback.events).hasSize(102);
        assertThat(eventIds()).endsWith("bounce-12-345-hard", "bounce-12-345-complained");
        assertThat(subjects("Broadsheet.Done")).hasSize(102);
        assertThat(subjects("INBOX")).hasSize(102);
    }

    @Test
    void wrongPassword_isSaidOnce_withoutIt_andTriedEverMoreSeldom() throws Exception {
        put("postfix-hard");
        Config wrong = new Config(port(), "not-the-secret", ImapConfig.Tls.NONE, Optional.of("Broadsheet/Done"));
        assertThatThrownBy(() -> mailbox(wrong).round(() -> false)).isInstanceOf(AuthenticationFailedException.class);
        MovingClock clock = new MovingClock();
        BounceMailbox counted = mailbox(wrong);
        BounceMailboxJob job = new BounceMailboxJob(wrong, counted, clock);
        List<String> said = new ArrayList<>();
        java.util.logging.Handler handler = new java.util.logging.Handler() {
            @Override
            public void publish(java.util.logging.LogRecord record) {
                said.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(BounceMailboxJob.class.getName());
        log.addHandler(handler);
        try {
            for (int i = 0; i < 10; i++) {
                job.look();
                clock.now = clock.now.plus(Duration.ofMinutes(1));
            }
            wrong.password = "secret";
            job.look(); // too early
            assertThat(feedback.events).isEmpty();
            clock.now = clock.now.plus(Duration.ofHours(1));
            job.look();
        } finally {
            log.removeHandler(handler);
        }

        assertThat(feedback.events).hasSize(1);
        assertThat(said).hasSize(2);
        assertThat(said.get(0)).contains("refuses the username or the password");
        assertThat(String.join(" ", said)).doesNotContain("secret").doesNotContain("@");
    }

    @Test
    void withTlsAskedFor_nothingIsSaidInTheClear() throws Exception {
        put("postfix-hard");

        for (ImapConfig.Tls tls : List.of(ImapConfig.Tls.REQUIRED, ImapConfig.Tls.IMPLICIT)) {
            Config config = new Config(port(), "secret", tls, Optional.empty());
            assertThatThrownBy(() -> mailbox(config).round(() -> false)).isInstanceOf(MessagingException.class);
        }

        assertThat(feedback.events).isEmpty();
        assertThat(subjects("INBOX")).hasSize(1);
    }

    @Test
    void whileStopping_nothingMoreIsTaken() throws Exception {
        put("postfix-hard");

        mailbox(config()).round(() -> true);

        assertThat(feedback.events).isEmpty();
        assertThat(subjects("INBOX")).hasSize(1);
    }

    private int port() {
        return server.getImap().getPort();
    }

    private Config config() {
        return new Config(port(), "secret", ImapConfig.Tls.NONE, Optional.of("Broadsheet/Done"));
    }

    private BounceMailbox mailbox(Config config) {
        return mailbox(config, feedback);
    }

    private static BounceMailbox mailbox(Config config, Consumer<List<FeedbackEvent>> to) {
        return new BounceMailbox(
                config, Bounces.intake(to, new SimpleMeterRegistry()), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private void put(String sample) throws Exception {
        put(Bounces.sample(sample));
    }

    private void put(byte[] octets) throws Exception {
        folder("INBOX")
                .appendMessage(
                        new MimeMessage((Session) null, new ByteArrayInputStream(octets)),
                        new Flags(),
                        Date.from(RECEIVED));
    }

    private List<String> eventIds() {
        return feedback.events.stream().map(FeedbackEvent::eventId).toList();
    }

    private MailFolder folder(String name) throws FolderException {
        return server.getManagers().getImapHostManager().getFolder(user, name);
    }

    private List<String> subjects(String name) throws Exception {
        List<String> subjects = new ArrayList<>();
        for (StoredMessage mail : folder(name).getMessages()) {
            subjects.add(mail.getMimeMessage().getSubject());
        }
        return subjects;
    }

    private static final class MovingClock extends Clock {
        private Instant now = NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }

    private static final class Config implements ImapConfig {
        private final int port;
        private final Tls tls;
        private final Optional<String> doneFolder;
        private String password;

        Config(int port, String password, Tls tls, Optional<String> doneFolder) {
            this.port = port;
            this.password = password;
            this.tls = tls;
            this.doneFolder = doneFolder;
        }

        @Override
        public Optional<String> host() {
            return Optional.of("localhost");
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public Optional<String> username() {
            return Optional.of("bounces");
        }

        @Override
        public Optional<String> password() {
            return Optional.of(password);
        }

        @Override
        public Tls tls() {
            return tls;
        }

        @Override
        public String folder() {
            return "INBOX";
        }

        @Override
        public Duration interval() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Optional<String> doneFolder() {
            return doneFolder;
        }

        @Override
        public String unmatchedFolder() {
            return "Broadsheet/Unmatched";
        }
    }
}
