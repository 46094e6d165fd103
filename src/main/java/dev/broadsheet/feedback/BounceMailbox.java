package dev.broadsheet.feedback;

import dev.broadsheet.feedback.BounceIntake.Taken;
import jakarta.inject.Singleton;
import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.UIDFolder;
import jakarta.mail.search.FlagTerm;
import jakarta.mail.search.SearchTerm;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.jboss.logging.Logger;

/**
 * Empties the bounce mailbox: each mail is taken, and only then moved. What happens between is harmless, since taking
 * one again changes nothing.
 */
@Singleton
class BounceMailbox {

    private static final Logger LOG = Logger.getLogger(BounceMailbox.class);

    private static final int BATCH = 100;
    private static final SearchTerm NOT_DELETED = new FlagTerm(new Flags(Flags.Flag.DELETED), false);

    /** Of mails that could not be taken; looked at again after all others. */
    private static final int MOST_PUT_OFF = 1_000;

    /** Rounds in which a mail could not be taken and others could: after that a person has to look at it. */
    private static final int MOST_ATTEMPTS = 3;

    /** Mails one after the other: then it is not the mails. */
    private static final int MOST_FAILURES = 3;

    private static final Duration LONGEST_ROUND = Duration.ofSeconds(45);

    private final ImapConfig config;
    private final BounceIntake intake;
    private final Clock clock;

    /** UIDs of mails that could not be taken, with how often. One round at a time uses it. */
    private final Map<Long, Integer> putOff = new HashMap<>();

    private long validity;

    BounceMailbox(ImapConfig config, BounceIntake intake, Clock clock) {
        this.config = config;
        this.intake = intake;
        this.clock = clock;
    }

    /**
     * Takes what there is, for as long as a round may last.
     *
     * @throws MessagingException where the mailbox cannot be used; what was not moved is there next time
     * @throws RuntimeException where nothing can be taken, since the database does not answer
     */
    synchronized void round(BooleanSupplier stopping) throws MessagingException {
        Instant end = clock.instant().plus(LONGEST_ROUND);
        try (ImapSession session = ImapSession.open(config)) {
            int moved;
            do {
                // anew each time: what was moved stays in an open one's numbers
                IMAPFolder inbox = session.open(config.folder());
                moved = batch(session, inbox, stopping);
                inbox.close(false);
            } while (moved == BATCH
                    && !stopping.getAsBoolean()
                    && clock.instant().isBefore(end));
        }
    }

    /** @return how many were moved */
    private int batch(ImapSession session, IMAPFolder inbox, BooleanSupplier stopping) throws MessagingException {
        if (inbox.getUIDValidity() != validity) {
            validity = inbox.getUIDValidity();
            putOff.clear();
        }
        List<Message> done = new ArrayList<>();
        List<Message> unmatched = new ArrayList<>();
        List<Long> failed = new ArrayList<>();
        Exception failure = null;
        int inARow = 0;
        for (IMAPMessage mail : next(inbox)) {
            if (stopping.getAsBoolean() || inARow == MOST_FAILURES) {
                break;
            }
            try {
                (take(mail) == Taken.DONE ? done : unmatched).add(mail);
                inARow = 0;
            } catch (IOException | MessagingException | RuntimeException e) {
                if (!inbox.isOpen()) {
                    throw new MessagingException("The connection was lost", e);
                }
                failure = e;
                failed.add(inbox.getUID(mail));
                inARow++;
            }
        }
        boolean others = !done.isEmpty() || !unmatched.isEmpty();
        for (long uid : failed) {
            if (putOff.merge(uid, others ? 1 : 0, Integer::sum) >= MOST_ATTEMPTS) {
                // with no words of it: they may hold addresses
                LOG.warnf(
                        "A mail of the bounce mailbox cannot be taken (%s): it goes to the unmatched ones",
                        failure == null ? "" : failure.getClass().getName());
                unmatched.add(inbox.getMessageByUID(uid));
                putOff.remove(uid);
            }
        }
        move(session, inbox, unmatched, Optional.of(config.unmatchedFolder()));
        move(session, inbox, done, config.doneFolder());
        if (!others && failure != null) {
            if (failure instanceof RuntimeException database) {
                throw database;
            }
            throw new MessagingException("No mail can be read", failure);
        }
        return done.size() + unmatched.size();
    }

    /** A batch of those that nobody dealt with: first those that were not put off. */
    private List<IMAPMessage> next(IMAPFolder inbox) throws MessagingException {
        if (putOff.size() > MOST_PUT_OFF) {
            putOff.clear();
        }
        // those that could not be expunged one by one stay for good, however many
        Message[] waiting = inbox.search(NOT_DELETED);
        Message[] mails = Arrays.copyOf(waiting, Math.min(waiting.length, BATCH + putOff.size()));
        FetchProfile profile = new FetchProfile();
        profile.add(UIDFolder.FetchProfileItem.UID);
        profile.add(IMAPFolder.FetchProfileItem.INTERNALDATE);
        inbox.fetch(mails, profile);
        List<IMAPMessage> next = new ArrayList<>();
        Map<IMAPMessage, Integer> attempts = new HashMap<>();
        for (Message mail : mails) {
            if (mail instanceof IMAPMessage one) {
                next.add(one);
                Integer before = putOff.get(inbox.getUID(mail));
                attempts.put(one, before == null ? -1 : before);
            }
        }
        next.sort(Comparator.comparing(attempts::get));
        return next.subList(0, Math.min(next.size(), BATCH));
    }

    private Taken take(IMAPMessage mail) throws MessagingException, IOException {
        mail.setPeek(true);
        byte[] octets;
        try (InputStream in = mail.getMimeStream()) {
            octets = in.readNBytes(MailParts.MOST_BYTES); // fetched as it is read
        }
        Date received = mail.getReceivedDate();
        Instant now = clock.instant();
        Instant at = received == null || received.toInstant().isAfter(now) ? now : received.toInstant();
        return intake.take(octets, Optional.empty(), at);
    }

    private static void move(ImapSession session, IMAPFolder inbox, List<Message> mails, Optional<String> to)
            throws MessagingException {
        if (mails.isEmpty()) {
            return;
        }
        Message[] all = mails.toArray(Message[]::new);
        if (to.isPresent() && session.canMove()) {
            inbox.moveMessages(all, session.existing(to.get()));
            return;
        }
        if (to.isPresent()) {
            Folder folder = session.existing(to.get());
            inbox.copyMessages(all, folder);
        }
        inbox.setFlags(all, new Flags(Flags.Flag.DELETED), true);
        if (session.canExpungeOne()) {
            inbox.expunge(all);
        }
    }
}
