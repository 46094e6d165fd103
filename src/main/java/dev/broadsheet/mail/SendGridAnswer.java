package dev.broadsheet.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.conn.ConnectionPoolTimeoutException;
import org.jspecify.annotations.Nullable;

/** What SendGrid's answer to a Mail Send request means for those in it. */
sealed interface SendGridAnswer {

    /** The same for all of them. */
    record ForAll(Outcome outcome) implements SendGridAnswer {}

    /**
     * Refused as a whole, for what some of them are: none of them was sent to.
     *
     * @param culprits their places in the request; empty where the answer does not name them
     */
    record Refused(Set<Integer> culprits, String reason) implements SendGridAnswer {}

    /** Refused as a whole for its size. */
    record TooLarge(String reason) implements SendGridAnswer {}

    ObjectMapper JSON = new ObjectMapper();
    Pattern CULPRIT = Pattern.compile("personalizations\\.(\\d{1,4})(?:\\..*)?");

    /** The provider documents no other wait. */
    Duration USUAL_WAIT = Duration.ofSeconds(10);

    Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /** @param sandbox whether the request asked for it, so that nothing is sent */
    static SendGridAnswer of(
            int status, Map<String, String> headers, @Nullable String body, boolean sandbox, Instant now) {
        JsonNode errors = errors(body);
        String reason = reason(status, errors);
        boolean credits = reason.toLowerCase(Locale.ROOT).contains("credits exceeded");
        return switch (status) {
            case 202 -> new ForAll(new Outcome.Sent(header(headers, "X-Message-Id")));
            case 400 -> refused(errors, reason);
            case 413 -> new TooLarge(reason);
            case 429 -> new ForAll(new Outcome.NotNow(reason, untilReset(headers, now), true));
            // nothing was sent; where that was not asked for, somebody between us and SendGrid did
            case 200 ->
                sandbox
                        ? new ForAll(new Outcome.Rehearsed("rehearsal: SendGrid's sandbox sent nothing"))
                        : stopped("sendgrid-sandbox", reason);
            case 401 -> stopped(credits ? "sendgrid-credits" : "sendgrid-unauthorized", reason);
            case 403 -> stopped(credits ? "sendgrid-credits" : "sendgrid-forbidden", reason);
            default ->
                status >= 300 && status < 500 && status != 408
                        ? stopped("sendgrid-unexpected", reason)
                        : new ForAll(new Outcome.InDoubt(reason));
        };
    }

    /** No answer. Where no connection came about, nothing was handed over; all else may have been. */
    static Outcome noAnswer(Exception thrown) {
        String reason = "No answer from SendGrid: " + thrown.getClass().getSimpleName();
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof ConnectException
                    || e instanceof ConnectTimeoutException
                    || e instanceof ConnectionPoolTimeoutException
                    || e instanceof UnknownHostException
                    || e instanceof NoRouteToHostException
                    || e instanceof SSLHandshakeException
                    || e instanceof SSLPeerUnverifiedException) {
                return new Outcome.NotNow(reason, USUAL_WAIT, true);
            }
        }
        return new Outcome.InDoubt(reason);
    }

    private static SendGridAnswer refused(JsonNode errors, String reason) {
        Set<Integer> culprits = new TreeSet<>();
        boolean message = false;
        for (JsonNode error : errors) {
            String field = error.path("field").asText("");
            Matcher culprit = CULPRIT.matcher(field);
            if (culprit.matches()) {
                culprits.add(Integer.valueOf(culprit.group(1)));
            } else {
                message |= error.path("field").isTextual() && !field.startsWith("personalizations");
            }
        }
        return culprits.isEmpty() && message ? stopped("sendgrid-message", reason) : new Refused(culprits, reason);
    }

    private static SendGridAnswer stopped(String code, String reason) {
        return new ForAll(new Outcome.Stopped(code, reason));
    }

    private static JsonNode errors(@Nullable String body) {
        try {
            JsonNode errors = JSON.readTree(body == null ? "" : body).path("errors");
            return errors.isArray() ? errors : JSON.createArrayNode();
        } catch (JsonProcessingException e) {
            return JSON.createArrayNode();
        }
    }

    private static String reason(int status, JsonNode errors) {
        StringBuilder words = new StringBuilder("SendGrid answered ").append(status);
        for (JsonNode error : errors) {
            if (words.length() < 2_000) {
                words.append(words.indexOf(":") < 0 ? ": " : "; ")
                        .append(error.path("message").asText("no reason"));
            }
        }
        return MaskedText.of(words.toString());
    }

    private static Duration untilReset(Map<String, String> headers, Instant now) {
        String reset = header(headers, "X-RateLimit-Reset");
        if (reset == null || !reset.matches("\\d{1,12}")) {
            return USUAL_WAIT;
        }
        Duration wait = Duration.between(now, Instant.ofEpochSecond(Long.parseLong(reset)));
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            return LONGEST_WAIT;
        }
        return wait.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : wait;
    }

    /** The client's map is case-sensitive, HTTP is not. */
    private static @Nullable String header(Map<String, String> headers, String name) {
        return headers.entrySet().stream()
                .filter(header -> name.equalsIgnoreCase(header.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
