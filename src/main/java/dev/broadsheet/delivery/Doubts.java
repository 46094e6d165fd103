package dev.broadsheet.delivery;

import io.agroal.api.AgroalDataSource;
import io.quarkus.qute.i18n.Localized;
import io.quarkus.qute.i18n.MessageBundles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What speaks for and against a campaign's requests in doubt, for the editor who has to settle them. */
@ApplicationScoped
class Doubts {

    /**
     * @param requests in doubt, with so many recipients in doubt
     * @param since when the first of them is
     * @param until when events may tell of the last of them
     * @param others how many other requests events have told of since; at most {@link SentRequests#MOST_COUNTED}
     * @param anyEvents whether any came, if only in the day before
     */
    record Evidence(long requests, long recipients, Instant since, Instant until, long others, boolean anyEvents) {

        boolean isComplete(Instant now) {
            return !until.isAfter(now);
        }

        List<String> sentences(AlertTexts texts, Function<Instant, String> time, Instant now) {
            List<String> said = new ArrayList<>();
            said.add(texts.doubtRequests(requests, recipients, time.apply(since)));
            if (others > 0) {
                said.add(texts.doubtOthers(others));
            } else {
                said.add(anyEvents ? texts.doubtNothingYet() : texts.doubtNoEvents());
            }
            said.add(isComplete(now) ? texts.doubtOver() : texts.doubtUntil(time.apply(until)));
            return said;
        }
    }

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final AgroalDataSource database;
    private final DeliveryConfig config;

    Doubts(AgroalDataSource database, DeliveryConfig config) {
        this.database = database;
        this.config = config;
    }

    /** Empty where none of its requests to SendGrid is in doubt: of another hand-over nothing more will be heard. */
    @Transactional(Transactional.TxType.MANDATORY)
    Optional<Evidence> evidence(Campaign campaign) {
        try (Connection connection = database.getConnection()) {
            return SentRequests.inDoubt(connection, campaign.issueId, campaign.id)
                    .map(found -> new Evidence(
                            found.requests(),
                            found.recipients(),
                            found.first(),
                            found.last().plus(config.resendAfter()),
                            found.othersSince(),
                            found.anyEvents()));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For the campaign's reason, in English. */
    static String text(Optional<Evidence> evidence, long inDoubt, Instant now) {
        long others = inDoubt - evidence.map(Evidence::recipients).orElse(0L);
        List<String> said = new ArrayList<>();
        if (others > 0) {
            said.add(others + (others == 1 ? " message" : " messages")
                    + " may or may not have been handed over, each by itself.");
        }
        AlertTexts english = MessageBundles.get(AlertTexts.class, Localized.Literal.of("en"));
        evidence.ifPresent(of -> said.addAll(of.sentences(english, UTC::format, now)));
        said.add("Settle them as SENT, RESEND or SKIP.");
        return String.join(" ", said);
    }
}
