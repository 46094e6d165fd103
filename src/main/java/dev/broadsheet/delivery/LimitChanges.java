package dev.broadsheet.delivery;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.mail.HouseLimits;
import dev.broadsheet.mail.LimitSettings;
import dev.broadsheet.mail.SendLimits;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** What an operator does with the limits of everything: they stand in {@code mail}, and campaigns wait by them. */
@ApplicationScoped
class LimitChanges {

    /** @param set by hand, on whichever node. @param inForce on this one */
    record Overview(LimitSettings set, HouseLimits inForce) {}

    private final SendLimits limits;
    private final Campaigns campaigns;
    private final Audit audit;

    LimitChanges(SendLimits limits, Campaigns campaigns, Audit audit) {
        this.limits = limits;
        this.campaigns = campaigns;
        this.audit = audit;
    }

    @Transactional
    Overview get() {
        return overview(limits.settings());
    }

    /** Counts for whoever reserves from the commit on; who waits by the old limits looks again at once. */
    @Transactional
    Overview change(UnaryOperator<LimitSettings> to) {
        SendLimits.Change change = limits.change(to);
        Map<String, Object> before = change.before().byName();
        Map<String, Object> after = change.after().byName();
        Map<String, Object> changed = new LinkedHashMap<>();
        before.forEach((name, value) -> changed.put(name, after.getOrDefault(name, "environment")));
        changed.putAll(after);
        changed.entrySet().removeIf(entry -> Objects.equals(entry.getValue(), before.get(entry.getKey())));
        if (!changed.isEmpty()) {
            campaigns.wakeAll(); // afterwards: from now on nobody reserves by the old limits, so nobody is missed
            audit.record("limits.change", null, "limits/all", changed);
        }
        return overview(change.after());
    }

    private Overview overview(LimitSettings set) {
        return new Overview(set, limits.inForce(set));
    }
}
