package dev.broadsheet.mail;

import com.sendgrid.Client;
import com.sendgrid.Response;
import com.sendgrid.SendGrid;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpEntity;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpDelete;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;

/**
 * SendGrid's v3 API over HTTP. SendGrid's library knows where the API is, which version it has, what headers it wants and how
 * its answers are read; the request itself goes out here, since the library takes a body as a {@code String} alone: each
 * would be decoded to one and encoded again, two to three times its size in garbage.
 */
final class SendGridApi implements Closeable {

    /** An idle connection that the other side closes while a request leaves on it would leave that in doubt. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(3);

    /** The only ones, for the life of the application: the client closes the connections when it is collected. */
    private final SendGrid sendGrid;

    private final Client client;
    private final CloseableHttpClient http;
    /** Of this version, with a slash at its end. */
    private final URI root;
    /** For a request in all: writing to somebody who does not read has no time-out, nor an answer that trickles. */
    private final Duration longest;

    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sendgrid-watch");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Connects to nobody yet.
     *
     * @param connections at a time; whoever wants one more waits as long as for the connection
     * @throws IllegalArgumentException where the URL is none that the library can use
     */
    SendGridApi(String key, URI url, int connections, SendGridTransport.Timeouts timeouts) {
        String path = url.getPath();
        boolean plain = "http".equalsIgnoreCase(url.getScheme());
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        boolean hostOnly = path == null || path.isEmpty() || path.equals("/");
        if (!(plain || tls) || url.getHost() == null || !hostOnly) {
            throw new IllegalArgumentException(
                    "broadsheet.mail.sendgrid.url must be a scheme, a host and perhaps a port");
        }
        longest = timeouts.connect().plus(timeouts.answer().multipliedBy(2));
        http = httpClient(connections, timeouts);
        // the client takes the scheme by a flag that is meant for tests, and nothing else follows from it
        client = new Client(http, plain);
        sendGrid = new SendGrid(key, client);
        sendGrid.setHost(url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort());
        try {
            root = client.buildUri(sendGrid.getHost(), "/" + sendGrid.getVersion() + "/", Map.of());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("broadsheet.mail.sendgrid.url cannot be used", e);
        }
    }

    private static CloseableHttpClient httpClient(int connections, SendGridTransport.Timeouts timeouts) {
        int connect = Math.toIntExact(timeouts.connect().toMillis());
        PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager(60, TimeUnit.SECONDS);
        pool.setMaxTotal(connections);
        pool.setDefaultMaxPerRoute(connections);
        pool.setValidateAfterInactivity(100);
        return HttpClients.custom()
                .setConnectionManager(pool)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout(connect)
                        .setConnectionRequestTimeout(connect)
                        .setSocketTimeout(Math.toIntExact(timeouts.answer().toMillis()))
                        .build())
                .setKeepAliveStrategy((response, context) -> LONGEST_IDLE.toMillis())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .build();
    }

    /** Posts a Mail Send request once. @throws IOException where there was no answer, or half of one */
    Response mailSend(HttpEntity body) throws IOException {
        HttpPost post = new HttpPost(root.resolve("mail/send"));
        post.setEntity(body);
        return answer(post, longest);
    }

    /**
     * Deletes once.
     *
     * @param path below the version, percent-encoded
     * @param atMost in all
     * @throws IOException where there was no answer, or half of one
     */
    Response delete(String path, Duration atMost) throws IOException {
        return answer(new HttpDelete(root.resolve(path)), atMost);
    }

    private Response answer(HttpRequestBase request, Duration atMost) throws IOException {
        sendGrid.getRequestHeaders().forEach(request::setHeader);
        ScheduledFuture<?> giveUp = watch.schedule(request::abort, atMost.toMillis(), TimeUnit.MILLISECONDS);
        try (CloseableHttpResponse answer = http.execute(request)) {
            return client.getResponse(answer);
        } finally {
            giveUp.cancel(false);
        }
    }

    @Override
    public void close() throws IOException {
        watch.shutdownNow();
        client.close();
    }
}
