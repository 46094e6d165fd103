package dev.broadsheet.mail;

import com.sendgrid.Response;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * SendGrid's own lists of addresses, over its v3 API. Mails to whoever stands there are accepted and dropped, whatever we
 * think of the address. Its lists of those who left there (global and group unsubscribes) are not touched: that was the
 * reader's word, and no mail of ours has such a link.
 */
@Singleton
public class SendGridLists {

    /** One of them, by its name in the API's paths and answers. */
    public enum Name {
        BOUNCES,
        BLOCKS,
        INVALID_EMAILS,
        SPAM_REPORTS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What became of taking an address off.
     *
     * @param from the lists that it stood on and is taken off
     * @param trouble why it may still stand on one of the others, and what to do, without an address; null where it
     *     stands on none of those that were asked for
     */
    public record Lifted(Set<Name> from, @Nullable String trouble) {
        public Lifted {
            from = Set.copyOf(from);
        }
    }

    /** An editor waits for it. */
    record Limits(SendGridTransport.Timeouts timeouts, Duration inAll) {
        static final Limits USUAL = new Limits(
                new SendGridTransport.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(5)), Duration.ofSeconds(10));
    }

    private static final int CONNECTIONS = 2;

    private final boolean used;
    private final Duration inAll;
    private final @Nullable SendGridApi api;

    @Inject
    SendGridLists(MailConfig config) {
        this(config, Limits.USUAL);
    }

    /** Connects to nobody yet. */
    SendGridLists(MailConfig config, Limits limits) {
        used = config.transport().filter(MailConfig.Way.SENDGRID::equals).isPresent()
                && !config.sendgrid().sandbox();
        inAll = limits.inAll;
        api = used
                ? config.sendgrid()
                        .apiKey()
                        .map(key -> new SendGridApi(key, config.sendgrid().url(), CONNECTIONS, limits.timeouts))
                        .orElse(null)
                : null;
    }

    /** Whether mail goes there. A rehearsal changes nothing, so it has nothing to do with them either. */
    public boolean areUsed() {
        return used;
    }

    /**
     * Takes an address off these. Safe to repeat. Takes at most some 10 seconds; not within a transaction.
     *
     * @param email as mails go to it
     */
    public Lifted lift(String email, Set<Name> names) {
        if (api == null) {
            return new Lifted(Set.of(), "No SendGrid API key is configured.");
        }
        List<String> spellings;
        try {
            String wire = WireAddress.of(email);
            // nobody says whether SendGrid tells them apart
            spellings =
                    Stream.of(wire, wire.toLowerCase(Locale.ROOT)).distinct().toList();
        } catch (IllegalArgumentException e) {
            return new Lifted(Set.of(), "SendGrid cannot be asked: " + e.getMessage() + ".");
        }
        long end = System.nanoTime() + inAll.toNanos();
        List<Name> from = new ArrayList<>();
        for (Name name : Name.values()) {
            for (String spelling : names.contains(name) ? spellings : List.<String>of()) {
                String trouble;
                try {
                    Response answer = api.delete(
                            "suppression/" + name + "/" + percentEncoded(spelling),
                            Duration.ofNanos(Math.max(end - System.nanoTime(), 1)));
                    trouble = trouble(answer.getStatusCode());
                    if (answer.getStatusCode() == 204) {
                        from.add(name);
                    }
                } catch (IOException | RuntimeException e) {
                    trouble = "No answer from SendGrid: " + e.getClass().getSimpleName() + ".";
                }
                if (trouble != null) {
                    return new Lifted(Set.copyOf(from), trouble); // the others would fare the same
                }
            }
        }
        return new Lifted(Set.copyOf(from), null);
    }

    /** Of the documented answers: taken off (204), not there (404). What a proxy between us says is neither. */
    private static @Nullable String trouble(int status) {
        return switch (status) {
            case 204, 404 -> null;
            case 401, 403 ->
                "SendGrid answered " + status + ": the API key may not do this there. Give it the permission"
                        + " \"Suppressions\" (full access), beside \"Mail Send\".";
            case 429 -> "SendGrid answered 429: it takes no more calls for a moment.";
            default -> "SendGrid answered " + status + ".";
        };
    }

    /** All but the unreserved characters of RFC 3986. */
    static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= 'a' && octet <= 'z'
                    || octet >= 'A' && octet <= 'Z'
                    || octet >= '0' && octet <= '9'
                    || "-._~".indexOf(octet) >= 0) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(String.format(Locale.ROOT, "%02X", octet));
            }
        }
        return encoded.toString();
    }

    @PreDestroy
    void close() throws IOException {
        if (api != null) {
            api.close();
        }
    }
}
