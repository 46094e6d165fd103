package dev.broadsheet.preflight;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What preflight knows besides the source.
 *
 * @param slug of the issue: its name in addresses, and often its file's
 * @param ownHosts where the newsletter itself lives, in lower case
 * @param onSchedule whether an issue is due on a day; true for every day where there is no schedule
 * @param earlier dated before this issue, newest first, at most 25
 * @param isNew false for an old issue brought along: what broke with habit then is no error now
 * @param mail null where it is not known yet
 */
public record Context(
        String slug,
        String newsletterTitle,
        Set<String> ownHosts,
        Predicate<LocalDate> onSchedule,
        List<Earlier> earlier,
        boolean isNew,
        @Nullable MailSize mail) {

    /** The same, knowing how large the mail is. */
    public Context with(MailSize size) {
        return new Context(slug, newsletterTitle, ownHosts, onSchedule, earlier, isNew, size);
    }
}
