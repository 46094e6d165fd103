package dev.broadsheet.feedback;

import dev.broadsheet.accounts.ApiTokens;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.platform.Sha256;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * Bounce mails from a mail server of one's own, piped. What a mail says is never an error: a server answers errors by
 * mails of its own.
 */
@Path("/webhooks/bounce")
class BouncePipe {

    private static final Logger LOG = Logger.getLogger(BouncePipe.class);

    private final PipeConfig config;
    private final BounceIntake intake;
    private final Clock clock;

    BouncePipe(PipeConfig config, BounceIntake intake, Clock clock) {
        this.config = config;
        this.intake = intake;
        this.clock = clock;
    }

    /**
     * Of whatever media type: pipes rarely say.
     *
     * @param recipient of the envelope. A {@code +} of it that was not encoded comes as a space
     * @throws Problem 404 where no token is configured, 401, 413 over 1 MB, 503 where it is to be sent again
     */
    @POST
    @Consumes(MediaType.WILDCARD)
    public void take(
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @RestQuery @Nullable String recipient,
            InputStream body) {
        String token = config.token().orElseThrow(() -> Problem.notFound("pipe; it has no token"));
        if (ApiTokens.secret(authorization)
                .filter(shown -> isToken(shown, token))
                .isEmpty()) {
            throw new Problem(401, "unauthorized", "Send the pipe's token as a bearer token.");
        }
        byte[] octets = read(body);
        if (octets.length > MailParts.MOST_BYTES) {
            throw new Problem(413, "too-large", "A bounce mail has at most 1 MB; the first part of it is enough.");
        }
        try {
            intake.take(octets, Optional.ofNullable(recipient).map(r -> r.replace(' ', '+')), clock.instant());
        } catch (RuntimeException e) { // the mail's own faults never come here: it is the database
            LOG.warnf(e, "A bounce mail cannot be taken now");
            throw new Problem(503, "unavailable", "It cannot be taken now. Send it again in a while.");
        }
    }

    /** In a time that does not tell how much of it is right. */
    private static boolean isToken(String shown, String token) {
        return MessageDigest.isEqual(Sha256.of(shown), Sha256.of(token));
    }

    private static byte[] read(InputStream body) {
        try {
            return body.readNBytes(MailParts.MOST_BYTES + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
