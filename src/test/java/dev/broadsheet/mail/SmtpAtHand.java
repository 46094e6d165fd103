package dev.broadsheet.mail;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The service with transport {@code smtp}, which signs, and a real SMTP server; a field of type {@link GreenMail} gets
 * it.
 */
public class SmtpAtHand implements QuarkusTestProfile {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(TestDatabase.class), new TestResourceEntry(Resource.class));
    }

    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }

    /** Whether a mail that arrived has the service's signature, and nobody changed it on its way. */
    public static boolean isSigned(MimeMessage mail, MailConfig config) throws Exception {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        mail.writeTo(octets);
        DkimKey key = DkimKey.of(config.dkim());
        return key != null && DkimReceiver.passesJdkim(octets.toByteArray(), key.record());
    }

    /** Starts and stops it. */
    public static class Resource implements QuarkusTestResourceLifecycleManager {

        private @Nullable Path folder;
        private final GreenMail server = new GreenMail(new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTP));

        @Override
        public int order() {
            return 1; // after the database, whose transport this one replaces
        }

        @Override
        public Map<String, String> start() {
            server.start();
            Path key;
            try {
                folder = Files.createTempDirectory("smtp-at-hand");
                key = DkimKeys.file(folder, "PRIVATE KEY", DkimKeys.pkcs8("RSA", 2_048));
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            return Map.of(
                    "broadsheet.mail.transport", "smtp",
                    "broadsheet.mail.smtp.host", "localhost",
                    "broadsheet.mail.smtp.port", String.valueOf(server.getSmtp().getPort()),
                    "broadsheet.mail.smtp.tls", "none",
                    "broadsheet.mail.dkim.domain", DkimKeys.DOMAIN,
                    "broadsheet.mail.dkim.selector", "s2026",
                    "broadsheet.mail.dkim.private-key", key.toString(),
                    "broadsheet.delivery.messages-per-second", "1000");
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(server, new TestInjector.MatchesType(GreenMail.class));
        }

        @Override
        public void stop() {
            server.stop();
            if (folder != null) {
                folder.resolve("dkim.pem").toFile().delete();
                folder.toFile().delete();
            }
        }
    }
}
