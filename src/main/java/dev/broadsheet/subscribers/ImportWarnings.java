package dev.broadsheet.subscribers;

import dev.broadsheet.mail.Transports;
import dev.broadsheet.subscribers.ImportFormat.Column;
import java.util.ArrayList;
import java.util.List;

/** What an editor should know of a file that is taken all the same. */
class ImportWarnings {

    private final ImportFile file;
    private final AddressRules rules;
    private final Transports transports;
    private long roles;
    private long disposable;
    private long unreached;
    private long pending;
    private long undated;

    ImportWarnings(ImportFile file, AddressRules rules, Transports transports) {
        this.file = file;
        this.rules = rules;
        this.transports = transports;
    }

    void look(ImportFile.Person person) {
        roles += rules.isRole(person.address()) ? 1 : 0;
        disposable += rules.isDisposable(person.address()) ? 1 : 0;
        unreached += transports.reaches(person.address()) ? 0 : 1;
        pending += person.standing().state() == Subscription.State.PENDING ? 1 : 0;
        undated += person.subscribedAt() == null && person.confirmedAt() == null ? 1 : 0;
    }

    /** For the file as far as it is read. */
    List<String> told() {
        List<String> told = new ArrayList<>();
        if (file.linesAsWindows() > 0) {
            told.add("Not UTF-8: " + file.linesAsWindows()
                    + " lines were read as windows-1252 (Latin-1). Look whether their names are right.");
        }
        if (file.format() == ImportFormat.LISTMONK) {
            told.add("listmonk's export does not say who has confirmed: whoever is enabled there is taken as"
                    + " confirmed.");
        } else if (!file.has(Column.CONFIRMED_AT) && file.format().mayBeActive()) {
            told.add("The file does not say when people confirmed: the time they subscribed stands for it, or else"
                    + " that of this import.");
        }
        if (file.format() == ImportFormat.MAILCHIMP && undated > 0) {
            told.add("Neither OPTIN_TIME nor CONFIRM_TIME: " + undated + ". Mailchimp writes such lines for people who"
                    + " never subscribed; who did not must not be imported.");
        }
        if (roles > 0) {
            told.add("Addresses of roles such as info@ or abuse@: " + roles
                    + ". Several people read them, and not all of them asked for mail.");
        }
        if (disposable > 0) {
            told.add("Addresses of throw-away mailboxes: " + disposable + ".");
        }
        if (unreached > 0) {
            told.add("Letters beyond ASCII before the @: " + unreached
                    + ". The present mail transport cannot carry such addresses.");
        }
        if (pending > 0) {
            told.add("Not confirmed: " + pending + ". They stay PENDING, and nobody is asked again by mail.");
        }
        return told;
    }
}
