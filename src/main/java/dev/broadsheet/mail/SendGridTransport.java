package dev.broadsheet.mail;

import com.sendgrid.Client;
import com.sendgrid.Method;
import com.sendgrid.Request;
import com.sendgrid.Response;
import com.sendgrid.SendGrid;
import com.sendgrid.helpers.mail.objects.Personalization;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to SendGrid's v3 API, up to 1,000 recipients a request. A request is marked right before it is posted;
 * from then on, without a clear answer, all of it is in doubt, since the API knows no idempotency key. A request that is
 * refused for some of its recipients was sent to none: it is posted again without them, or in halves where the answer
 * does not name them.
 */
@Singleton
class SendGridTransport implements Transport {

    /**
     * @param connect for the connection, and for a free place in the pool
     * @param answer for the answer: giving up there leaves a whole request in doubt
     */
    record Timeouts(Duration connect, Duration answer) {
        static final Timeouts USUAL = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    private static final int CONNECTIONS = 16;

    /** An idle connection that the other side closes while a request leaves on it would leave that in doubt. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(3);

    /** The only one, for the life of the application: it and its client close the connections when collected. */
    private final @Nullable SendGrid sendGrid;

    private final @Nullable Client client;
    private final Clock clock;

    @Inject
    SendGridTransport(MailConfig config, Clock clock) {
        this(config.sendgrid(), clock, Timeouts.USUAL);
    }

    /** Connects to nobody yet. */
    SendGridTransport(MailConfig.SendGrid config, Clock clock, Timeouts timeouts) {
        this.clock = clock;
        if (config.apiKey().isEmpty()) {
            this.client = null;
            this.sendGrid = null;
            return;
        }
        URI url = config.url();
        String path = url.getPath();
        boolean http = "http".equalsIgnoreCase(url.getScheme());
        boolean https = "https".equalsIgnoreCase(url.getScheme());
        boolean hostOnly = path == null || path.isEmpty() || path.equals("/");
        if (!(http || https) || url.getHost() == null || !hostOnly) {
            throw new IllegalArgumentException(
                    "broadsheet.mail.sendgrid.url must be a scheme, a host and perhaps a port");
        }
        // the client takes the scheme by a flag that is meant for tests, and nothing else follows from it
        this.client = new Client(httpClient(timeouts), http);
        this.sendGrid = new SendGrid(config.apiKey().get(), client);
        sendGrid.setHost(url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort());
    }

    private static CloseableHttpClient httpClient(Timeouts timeouts) {
        int connect = Math.toIntExact(timeouts.connect.toMillis());
        PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager(60, TimeUnit.SECONDS);
        pool.setMaxTotal(CONNECTIONS);
        pool.setDefaultMaxPerRoute(CONNECTIONS);
        pool.setValidateAfterInactivity(100);
        return HttpClients.custom()
                .setConnectionManager(pool)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout(connect)
                        .setConnectionRequestTimeout(connect)
                        .setSocketTimeout(Math.toIntExact(timeouts.answer.toMillis()))
                        .build())
                .setKeepAliveStrategy((response, context) -> LONGEST_IDLE.toMillis())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .build();
    }

    /** As SendGrid says of its {@code to}: local parts of ASCII alone. */
    @Override
    public boolean takesAnyLetters() {
        return false;
    }

    @Override
    public void send(Message message, List<Recipient> recipients, Handover handover) {
        SendGrid configured = sendGrid;
        if (configured == null) {
            Outcome outcome = new Outcome.Stopped("sendgrid-unconfigured", "No SendGrid API key is configured");
            recipients.forEach(recipient -> handover.outcome(recipient, outcome));
            return;
        }
        SendGridRequests requests;
        try {
            requests = new SendGridRequests(message);
        } catch (IllegalArgumentException e) {
            Outcome outcome = new Outcome.Stopped("message-unfit", "The sender: " + e.getMessage());
            recipients.forEach(recipient -> handover.outcome(recipient, outcome));
            return;
        }
        new Round(configured, requests, handover).run(recipients);
    }

    /** Somebody in a request. */
    private record Part(Recipient recipient, Personalization personalization) {}

    /** One call of {@link #send}. */
    private final class Round {

        /** So many refusals of one after the other, and nobody accepted: it is not them. */
        private static final int MOST_UNNAMED = 3;

        private static final int MOST_NAMED = 10;

        private final SendGrid sendGrid;
        private final SendGridRequests requests;
        private final Handover handover;
        private final Deque<List<Part>> waiting = new ArrayDeque<>();

        /** Refused alone, without a word that it was them; settled once it is clear whether others are accepted. */
        private final Map<Recipient, String> refusedAlone = new LinkedHashMap<>();

        private int refusals;
        private boolean accepted;
        private @Nullable Outcome forTheRest;

        Round(SendGrid sendGrid, SendGridRequests requests, Handover handover) {
            this.sendGrid = sendGrid;
            this.requests = requests;
            this.handover = handover;
        }

        void run(List<Recipient> recipients) {
            plan(recipients);
            for (List<Part> next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
                if (forTheRest == null) {
                    hand(next);
                } else {
                    report(next, forTheRest);
                }
            }
            boolean stopped = forTheRest instanceof Outcome.Stopped;
            for (Map.Entry<Recipient, String> refused : refusedAlone.entrySet()) {
                Outcome rest = forTheRest;
                handover.outcome(
                        refused.getKey(),
                        stopped && !accepted && rest != null ? rest : new Outcome.Failed(refused.getValue()));
            }
        }

        /** Requests of as many as may be in one, no address twice in it. */
        private void plan(List<Recipient> recipients) {
            List<Part> request = new ArrayList<>();
            Set<String> addresses = new HashSet<>();
            for (Recipient recipient : recipients) {
                Part part;
                try {
                    part = new Part(recipient, requests.personalization(recipient));
                } catch (IllegalArgumentException e) {
                    handover.outcome(recipient, new Outcome.Failed("Not to be written as mail: " + e.getMessage()));
                    continue;
                }
                String address = recipient.email().toLowerCase(Locale.ROOT);
                if (request.size() == SendGridRequests.MOST_RECIPIENTS || addresses.contains(address)) {
                    waiting.add(request);
                    request = new ArrayList<>();
                    addresses.clear();
                }
                request.add(part);
                addresses.add(address);
            }
            if (!request.isEmpty()) {
                waiting.add(request);
            }
        }

        private void hand(List<Part> parts) {
            String requestId = UUID.randomUUID().toString();
            String body =
                    requests.body(parts.stream().map(Part::personalization).toList(), requestId);
            if (SendGridRequests.bytes(body) > SendGridRequests.MOST_BYTES) {
                split(parts, "A message larger than SendGrid takes");
                return;
            }
            List<Recipient> together = parts.stream().map(Part::recipient).toList();
            if (!handover.mark(together, requestId)) {
                return;
            }
            SendGridAnswer answer = post(body);
            if (answer instanceof SendGridAnswer.ForAll forAll) {
                forAll(parts, forAll.outcome());
            } else if (answer instanceof SendGridAnswer.TooLarge tooLarge) {
                split(parts, tooLarge.reason());
            } else if (answer instanceof SendGridAnswer.Refused refused) {
                refused(parts, refused);
            }
        }

        private SendGridAnswer post(String body) {
            Request request = new Request();
            request.setMethod(Method.POST);
            request.setEndpoint("mail/send");
            request.setBody(body);
            try {
                Response response = sendGrid.api(request);
                return SendGridAnswer.of(
                        response.getStatusCode(), response.getHeaders(), response.getBody(), clock.instant());
            } catch (IOException | RuntimeException e) {
                return new SendGridAnswer.ForAll(SendGridAnswer.noAnswer(e));
            }
        }

        private void forAll(List<Part> parts, Outcome outcome) {
            accepted |= outcome instanceof Outcome.Sent;
            if (outcome instanceof Outcome.Stopped || outcome instanceof Outcome.NotNow) {
                forTheRest = outcome;
            } else if (outcome instanceof Outcome.InDoubt) {
                // one request in doubt is enough
                forTheRest = new Outcome.NotNow("The request before is in doubt", SendGridAnswer.USUAL_WAIT, true);
            }
            report(parts, outcome);
        }

        private void refused(List<Part> parts, SendGridAnswer.Refused refused) {
            List<Part> others = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                if (refused.culprits().contains(i)) {
                    handover.outcome(parts.get(i).recipient(), new Outcome.Failed(refused.reason()));
                } else {
                    others.add(parts.get(i));
                }
            }
            if (others.size() < parts.size()) {
                refusals++;
                if (!others.isEmpty()) {
                    waiting.addFirst(others);
                }
            } else if (parts.size() > 1) {
                halve(parts);
            } else {
                refusedAlone.put(parts.get(0).recipient(), refused.reason());
            }
            if (!accepted && (refusals >= MOST_NAMED || refusedAlone.size() >= MOST_UNNAMED)) {
                forTheRest = new Outcome.Stopped("sendgrid-refused", refused.reason());
            }
        }

        private void split(List<Part> parts, String reason) {
            if (parts.size() > 1) {
                halve(parts);
            } else {
                report(parts, new Outcome.Failed(reason));
            }
        }

        private void halve(List<Part> parts) {
            int half = parts.size() / 2;
            waiting.addFirst(parts.subList(half, parts.size()));
            waiting.addFirst(parts.subList(0, half));
        }

        private void report(List<Part> parts, Outcome outcome) {
            parts.forEach(part -> handover.outcome(part.recipient(), outcome));
        }
    }

    @PreDestroy
    void close() throws IOException {
        if (client != null) {
            client.close();
        }
    }
}
