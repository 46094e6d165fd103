package dev.broadsheet.feedback;

import dev.broadsheet.delivery.MessageIds;
import dev.broadsheet.mail.ReturnPath;
import dev.broadsheet.mail.SingleMailIds;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds whose bounce a mail is, by what only this installation can have written. */
@Singleton
class Matching {

    /** A delivery, or a single mail. */
    record Sent(
            @Nullable Long issueId,
            @Nullable Long deliveryId,
            @Nullable Long mailId) {

        static Sent delivery(long issueId, long deliveryId) {
            return new Sent(issueId, deliveryId, null);
        }

        static Sent mail(long mailId) {
            return new Sent(null, null, mailId);
        }

        /** Of a return path: {@code issue-delivery}, or the number of a single mail. */
        static Sent of(String id) {
            int hyphen = id.indexOf('-');
            return hyphen < 0
                    ? mail(Long.parseLong(id))
                    : delivery(Long.parseLong(id.substring(0, hyphen)), Long.parseLong(id.substring(hyphen + 1)));
        }

        /** As a return path has it. */
        String id() {
            return mailId == null ? issueId + "-" + deliveryId : String.valueOf(mailId);
        }
    }

    private final Function<String, Optional<Sent>> byAddress;
    private final Function<String, Optional<Sent>> byMessageId;

    @Inject
    Matching(ReturnPath returnPath, MessageIds deliveries, SingleMailIds mails) {
        this(address -> returnPath.id(address).map(Sent::of), messageId -> deliveries
                .key(messageId)
                .map(key -> Sent.delivery(key.issueId(), key.deliveryId()))
                .or(() -> mails.id(messageId).stream().mapToObj(Sent::mail).findFirst()));
    }

    Matching(Function<String, Optional<Sent>> byAddress, Function<String, Optional<Sent>> byMessageId) {
        this.byAddress = byAddress;
        this.byMessageId = byMessageId;
    }

    /** @param messageId without angle brackets */
    Optional<Sent> byMessageId(String messageId) {
        return byMessageId.apply(messageId);
    }

    Optional<Sent> find(BounceMail.Clues clues) {
        return Stream.concat(
                        clues.addresses().stream().map(byAddress),
                        clues.messageIds().stream().map(byMessageId))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
