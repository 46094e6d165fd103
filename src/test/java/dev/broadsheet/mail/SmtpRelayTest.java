package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real SMTP server, GreenMail. */
@Timeout(60)
class SmtpRelayTest {

    /** Tells of every account it makes. */
    private static final Logger GREENMAIL = Logger.getLogger("com.icegreen.greenmail");

    static {
        GREENMAIL.setLevel(Level.WARNING);
    }

    @Test
    void mails_overARealServer_arriveWhole() throws Exception {
        GreenMail relay = start(ServerSetup.PROTOCOL_SMTP, null);
        try {
            RecordedHandover handover = send(relay.getSmtp().getPort(), MailConfig.Tls.NONE, Optional.empty(), null);

            assertThat(handover.all().values()).hasSize(20).allMatch(Outcome.Sent.class::isInstance);
            MimeMessage[] mails = relay.getReceivedMessages();
            assertThat(mails).hasSize(20);
            assertThat(Arrays.stream(mails).map(SmtpRelayTest::messageId).distinct())
                    .hasSize(20);
            MimeMessage mail = mails[0];
            String email = mail.getHeader("To")[0];
            String own = Mails.recipient(email).values().get(Mails.TAG);
            assertThat(mail.getSubject()).isEqualTo(Mails.message().subject());
            assertThat(Mails.part(mail, 1).stripTrailing())
                    .isEqualTo(Mails.message()
                            .html()
                            .replace(Mails.TAG, own)
                            .replace("\n", "\r\n")
                            .stripTrailing());
        } finally {
            relay.stop();
        }
    }

    @Test
    void implicitTls_andAUser_areTaken(@TempDir Path folder) throws Exception {
        TestTls tls = new TestTls(folder);
        GreenMail relay = start(ServerSetup.PROTOCOL_SMTPS, tls);
        try {
            relay.setUser("apikey@example.org", "apikey", "secret");

            RecordedHandover handover =
                    send(relay.getSmtps().getPort(), MailConfig.Tls.IMPLICIT, Optional.of("apikey"), tls);

            assertThat(handover.all().values()).hasSize(20).allMatch(Outcome.Sent.class::isInstance);
            assertThat(relay.getReceivedMessages()).hasSize(20);
        } finally {
            relay.stop();
        }
    }

    private static RecordedHandover send(
            int port, MailConfig.Tls mode, Optional<String> username, @Nullable TestTls trusted) throws Exception {
        SmtpTransport transport = SmtpTransportTest.transport(
                new SmtpTransportTest.Config(port, username, mode, 3), trusted == null ? null : trusted.context());
        RecordedHandover handover = new RecordedHandover();
        try {
            transport.send(
                    Mails.message(),
                    IntStream.range(0, 20)
                            .mapToObj(i -> Mails.recipient("reader" + i + "@example.org"))
                            .toList(),
                    handover);
        } finally {
            transport.close();
        }
        return handover;
    }

    /** @param tls GreenMail reads it once a JVM: one for all tests */
    private static GreenMail start(String protocol, @Nullable TestTls tls) {
        if (tls != null) {
            System.setProperty("greenmail.tls.keystore.file", tls.keyStore.toString());
            System.setProperty("greenmail.tls.keystore.password", TestTls.PASSWORD);
        }
        try {
            GreenMail relay = new GreenMail(new ServerSetup(0, "localhost", protocol));
            relay.start();
            return relay;
        } finally {
            System.clearProperty("greenmail.tls.keystore.file");
            System.clearProperty("greenmail.tls.keystore.password");
        }
    }

    private static String messageId(MimeMessage mail) {
        try {
            return mail.getMessageID();
        } catch (jakarta.mail.MessagingException e) {
            throw new IllegalStateException(e);
        }
    }
}
