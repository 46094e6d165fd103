package dev.broadsheet.mail;

import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The service with transport {@code sendgrid} and a local SendGrid; a field of type {@link FakeSendGrid} gets it. */
public class SendGridAtHand implements QuarkusTestProfile {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(TestDatabase.class), new TestResourceEntry(Resource.class));
    }

    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }

    /** The same in SendGrid's sandbox. */
    public static class Rehearsal extends SendGridAtHand {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.mail.sendgrid.sandbox", "true");
        }
    }

    /** The same that counts opens and clicks. */
    public static class OpensAndClicks extends SendGridAtHand {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.mail.sendgrid.opens-and-clicks", "true");
        }
    }

    /** The same that sends again what is in doubt. */
    public static class Resending extends SendGridAtHand {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.delivery.in-doubt", "resend");
        }
    }

    /** The same that gives up what is in doubt. */
    public static class Skipping extends SendGridAtHand {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.delivery.in-doubt", "skip");
        }
    }

    /** Starts and stops it. */
    public static class Resource implements QuarkusTestResourceLifecycleManager {

        private final FakeSendGrid sendGrid = new FakeSendGrid();
        private final WebhookSigner signer = new WebhookSigner();

        @Override
        public int order() {
            return 1; // after the database, whose transport this one replaces
        }

        @Override
        public Map<String, String> start() {
            Map<String, String> config = new HashMap<>();
            config.put("broadsheet.mail.transport", "sendgrid");
            config.put("broadsheet.mail.sendgrid.api-key", FakeSendGrid.API_KEY);
            config.put("broadsheet.mail.sendgrid.url", sendGrid.url().toString());
            config.put("broadsheet.mail.sendgrid.webhook-public-key", signer.publicKey());
            config.put("broadsheet.delivery.messages-per-second", "100000");
            config.put("broadsheet.delivery.lanes", "1");
            config.put("broadsheet.delivery.first-retry", "PT0.1S");
            return config;
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(sendGrid, new TestInjector.MatchesType(FakeSendGrid.class));
            injector.injectIntoFields(signer, new TestInjector.MatchesType(WebhookSigner.class));
        }

        @Override
        public void stop() {
            sendGrid.close();
        }
    }
}
