package dev.broadsheet.accounts;

import dev.broadsheet.platform.Paging;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The audit trail over JSON. */
@Path("/api/audit")
@ForEditors
@Needs(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
class AuditResource {

    /**
     * @param who the token's name; {@code feedback} or {@code delivery} where it was the house
     * @param token its id; null for the token of the environment, and the house
     */
    record EntryView(
            long id,
            Instant at,
            String who,
            @Nullable Long token,
            String action,
            @Nullable String newsletter,
            String subject,
            Map<String, Object> details,
            @Nullable String ip) {

        EntryView(AuditEntry e) {
            this(e.id, e.at, e.who, e.tokenId, e.action, e.newsletter, e.subject, e.details, text(e.ip));
        }

        private static @Nullable String text(@Nullable InetAddress ip) {
            return ip == null ? null : ip.getHostAddress();
        }
    }

    private final Audit audit;
    private final Caller caller;

    AuditResource(Audit audit, Caller caller) {
        this.audit = audit;
        this.caller = caller;
    }

    /** The newest first. */
    @GET
    public Paging.Page<EntryView> list(
            @RestQuery @Nullable String newsletter,
            @RestQuery @Nullable String after,
            @RestQuery @Nullable Integer limit) {
        String only = newsletter == null || newsletter.isEmpty() ? null : newsletter;
        if (only != null) {
            caller.requireNewsletter(only, "newsletter");
        }
        int most = Paging.limit(limit);
        return Paging.page(
                audit.list(only, Paging.after(after), most + 1), most, e -> String.valueOf(e.id), EntryView::new);
    }
}
