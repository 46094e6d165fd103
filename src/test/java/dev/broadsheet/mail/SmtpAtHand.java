package dev.broadsheet.mail;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** The service with transport {@code smtp} and a real SMTP server; a field of type {@link GreenMail} gets it. */
public class SmtpAtHand implements QuarkusTestProfile {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(TestDatabase.class), new TestResourceEntry(Resource.class));
    }

    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }

    /** Starts and stops it. */
    public static class Resource implements QuarkusTestResourceLifecycleManager {

        private final GreenMail server = new GreenMail(new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTP));

        @Override
        public int order() {
            return 1; // after the database, whose transport this one replaces
        }

        @Override
        public Map<String, String> start() {
            server.start();
            return Map.of(
                    "broadsheet.mail.transport", "smtp",
                    "broadsheet.mail.smtp.host", "localhost",
                    "broadsheet.mail.smtp.port", String.valueOf(server.getSmtp().getPort()),
                    "broadsheet.mail.smtp.tls", "none",
                    "broadsheet.delivery.messages-per-second", "1000");
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(server, new TestInjector.MatchesType(GreenMail.class));
        }

        @Override
        public void stop() {
            server.stop();
        }
    }
}
