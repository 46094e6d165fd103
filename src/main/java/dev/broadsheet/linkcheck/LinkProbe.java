package dev.broadsheet.linkcheck;

import dev.broadsheet.platform.BaseUrl;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.Header;
import org.apache.http.HttpHeaders;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpHead;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.config.ConnectionConfig;
import org.apache.http.config.MessageConstraints;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.NoConnectionReuseStrategy;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.jspecify.annotations.Nullable;

/**
 * Opens one link as a polite program does: {@code HEAD}, and {@code GET} where that does not settle it. It reads no page,
 * keeps no cookie, and follows redirects itself so that each of them goes by the {@link AddressGuard}.
 */
@Singleton
class LinkProbe {

    /** Beyond this, something goes in circles; some sites do so with all who take no cookie. */
    static final int MOST_REDIRECTS = 5;

    /**
     * @param connect for the connection
     * @param answer between two bytes of the answer's head
     * @param whole for a request, however it trickles
     */
    record Timeouts(Duration connect, Duration answer, Duration whole) {
        static final Timeouts USUAL =
                new Timeouts(Duration.ofSeconds(8), Duration.ofSeconds(10), Duration.ofSeconds(20));
    }

    private record Answer(
            int status, String phrase, @Nullable String location, boolean saysWhenToRetry) {}

    private final AddressGuard guard;
    private final Timeouts timeouts;
    private final CloseableHttpClient client;
    private final ScheduledExecutorService alarm = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "link-check-alarm");
        thread.setDaemon(true);
        return thread;
    });

    @Inject
    LinkProbe(LinkCheckConfig config, BaseUrl baseUrl) {
        this(new AddressGuard(config.allowPrivate()), baseUrl.toString(), Timeouts.USUAL);
    }

    /** @param baseUrl where those who wonder about the requests find out who asks */
    LinkProbe(AddressGuard guard, String baseUrl, Timeouts timeouts) {
        this.guard = guard;
        this.timeouts = timeouts;
        this.client = client(guard, "Broadsheet link check (+" + baseUrl + ")", timeouts);
    }

    private static CloseableHttpClient client(AddressGuard guard, String userAgent, Timeouts timeouts) {
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                RegistryBuilder.<ConnectionSocketFactory>create()
                        .register("http", PlainConnectionSocketFactory.getSocketFactory())
                        .register("https", SSLConnectionSocketFactory.getSocketFactory())
                        .build(),
                guard);
        connections.setMaxTotal(2 * LinkRound.HOSTS_AT_ONCE); // a round that was given up may still hold some
        connections.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setCharset(StandardCharsets.UTF_8)
                .setMalformedInputAction(CodingErrorAction.REPLACE)
                .setMessageConstraints(MessageConstraints.custom()
                        .setMaxLineLength(16_384)
                        .setMaxHeaderCount(200)
                        .build())
                .build());
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setConnectionReuseStrategy(NoConnectionReuseStrategy.INSTANCE)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout(Math.toIntExact(timeouts.connect.toMillis()))
                        .setConnectionRequestTimeout(Math.toIntExact(timeouts.whole.toMillis()))
                        .setSocketTimeout(Math.toIntExact(timeouts.answer.toMillis()))
                        .setNormalizeUri(false)
                        .setAuthenticationEnabled(false)
                        .build())
                .setUserAgent(userAgent)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    /** @throws InterruptedException where the check is given up meanwhile */
    Verdict probe(URI address, HostTurns turns) throws InterruptedException {
        Verdict head = follow(address, true, turns);
        // many a server knows no HEAD, or answers it by mistake with anything
        return head.isSettled() ? head : follow(address, false, turns);
    }

    private Verdict follow(URI first, boolean head, HostTurns turns) throws InterruptedException {
        URI address = first;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            Optional<String> refusal = guard.refusal(address);
            if (refusal.isPresent()) {
                return Verdict.notAsked(refusal.get());
            }
            HttpRequestBase request = head ? new HttpHead(address) : new HttpGet(address);
            Answer answer;
            try {
                answer = turns.take(address.getHost(), () -> ask(request));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                return ofFailure(e, request.isAborted());
            }
            if (answer.location == null) {
                return Verdict.ofStatus(answer.status, answer.phrase, answer.saysWhenToRetry);
            }
            Optional<URI> next = WebAddress.parse(address, answer.location);
            if (next.isEmpty()) {
                return Verdict.notAsked("it leads on to what is no web address");
            }
            address = next.get();
        }
        return new Verdict(
                Verdict.Kind.UNSURE, Verdict.Grounds.ANSWER, "leads on more than " + MOST_REDIRECTS + " times");
    }

    private Answer ask(HttpRequestBase request) throws IOException {
        request.setHeader(HttpHeaders.ACCEPT, "text/html,*/*;q=0.8");
        Future<?> tooLate = alarm.schedule(request::abort, timeouts.whole.toMillis(), TimeUnit.MILLISECONDS);
        // closed without its body being read: the connection goes with it
        try (CloseableHttpResponse response = client.execute(request)) {
            int status = response.getStatusLine().getStatusCode();
            Header location = response.getFirstHeader(HttpHeaders.LOCATION);
            boolean redirects = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
            String phrase = response.getStatusLine().getReasonPhrase();
            return new Answer(
                    status,
                    phrase == null || phrase.length() > 60 ? "" : phrase,
                    redirects && location != null ? location.getValue() : null,
                    response.containsHeader(HttpHeaders.RETRY_AFTER));
        } finally {
            tooLate.cancel(false);
        }
    }

    private static Verdict ofFailure(Exception failure, boolean tooLate) {
        if (failure instanceof AddressGuard.NotPublic) {
            return Verdict.notAsked("it leads to an address that is not public");
        }
        if (failure instanceof UnknownHostException) {
            return Verdict.silent(Verdict.Kind.DEAD, "names a host that does not exist");
        }
        if (tooLate || failure instanceof SocketTimeoutException || failure instanceof ConnectTimeoutException) {
            return Verdict.silent(Verdict.Kind.UNSURE, "did not answer in time");
        }
        if (failure instanceof ConnectException && isRefused(failure)) {
            return Verdict.silent(Verdict.Kind.DEAD, "refuses the connection");
        }
        if (failure instanceof SSLPeerUnverifiedException) {
            return Verdict.silent(Verdict.Kind.DEAD, "shows a certificate of another host");
        }
        if (failure instanceof SSLException) {
            // a chain that browsers complete by themselves, or a server that likes browsers only, is no dead link
            return isExpired(failure)
                    ? Verdict.silent(Verdict.Kind.DEAD, "shows a certificate that has expired")
                    : Verdict.silent(Verdict.Kind.UNSURE, "makes no secure connection with this program");
        }
        return Verdict.silent(Verdict.Kind.UNSURE, "breaks the connection off");
    }

    /** Not where the way to the host is missing, which may be this machine's trouble. */
    private static boolean isRefused(Throwable failure) {
        Throwable cause =
                failure.getCause() == null ? failure : failure.getCause(); // the client's own text names the host
        return String.valueOf(cause.getMessage()).contains("refused");
    }

    private static boolean isExpired(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return true;
            }
        }
        return false;
    }

    @PreDestroy
    void close() throws IOException {
        alarm.shutdownNow();
        client.close();
    }
}
