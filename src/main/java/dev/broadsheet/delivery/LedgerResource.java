package dev.broadsheet.delivery;

import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.accounts.Needs;
import dev.broadsheet.accounts.Scope;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestPath;

/** An issue's part of the ledger, over all its campaigns. */
@Path("/api/newsletters/{newsletter}/issues/{issue}/deliveries")
@ForEditors
class LedgerResource {

    private final DroppedLedgers ledgers;

    LedgerResource(DroppedLedgers ledgers) {
        this.ledgers = ledgers;
    }

    /** From the answer on they are refused everywhere; where the ledger is busy the rows go a moment later. */
    @DELETE
    @Needs(Scope.ADMIN)
    public void drop(@RestPath String newsletter, @RestPath String issue) {
        ledgers.drop(newsletter, issue);
        ledgers.sweep();
    }
}
