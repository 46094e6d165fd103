package dev.broadsheet.preflight;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** stub */
public record Context(
        String slug,
        String newsletterTitle,
        Set<String> ownHosts,
        Predicate<LocalDate> onSchedule,
        List<Earlier> earlier,
        boolean isNew,
        Set<String> rulesOff,
        @Nullable MailSize mail) {
    public Context with(MailSize size) {
        return new Context(slug, newsletterTitle, ownHosts, onSchedule, earlier, isNew, rulesOff, size);
    }
}
