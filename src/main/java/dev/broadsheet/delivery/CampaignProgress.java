package dev.broadsheet.delivery;

import dev.broadsheet.delivery.CampaignResource.CampaignView;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A campaign as it goes, for those who watch: at once, then whenever it has changed, at most once a second, until it is
 * over. All who watch one campaign share one look at the database a second.
 */
@ApplicationScoped
class CampaignProgress {

    private record Look(CampaignView campaign, long at) {}

    /** What one who watches was told last, and when. */
    private record Told(CampaignView campaign, long at) {}

    private static final Duration BETWEEN = Duration.ofSeconds(1);
    /** So that a proxy does not take the line for dead, and we notice who has gone. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

    private final Campaigns campaigns;
    private final Map<Long, Look> looks = new ConcurrentHashMap<>();

    CampaignProgress(Campaigns campaigns) {
        this.campaigns = campaigns;
    }

    /** @param sse makes the events */
    Multi<OutboundSseEvent> of(long id, Sse sse) {
        AtomicReference<Told> last = new AtomicReference<>();
        return Multi.createFrom()
                .ticks()
                .startingAfter(Duration.ofMillis(1))
                .every(BETWEEN)
                .onOverflow()
                .drop()
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(tick -> look(id))
                .select()
                .first(campaign -> !isOver(last.get()))
                .map(campaign -> event(campaign, last, sse))
                .select()
                .where(Optional::isPresent)
                .map(Optional::get);
    }

    private static boolean isOver(@Nullable Told told) {
        return told != null
                && (told.campaign.state() == Campaign.State.DONE || told.campaign.state() == Campaign.State.CANCELLED);
    }

    private static Optional<OutboundSseEvent> event(CampaignView campaign, AtomicReference<Told> last, Sse sse) {
        Told told = last.get();
        long now = System.nanoTime();
        if (told == null || !told.campaign.equals(campaign)) {
            last.set(new Told(campaign, now));
            return Optional.of(sse.newEventBuilder()
                    .mediaType(MediaType.APPLICATION_JSON_TYPE)
                    .data(CampaignView.class, campaign)
                    .build());
        }
        if (now - told.at < LONGEST_SILENCE.toNanos()) {
            return Optional.empty();
        }
        last.set(new Told(campaign, now));
        return Optional.of(
                sse.newEventBuilder().comment("still " + campaign.state()).build());
    }

    private CampaignView look(long id) {
        Look look = looks.compute(id, (key, known) -> {
            long now = System.nanoTime();
            return known != null && now - known.at < BETWEEN.toNanos() * 9 / 10
                    ? known
                    : new Look(new CampaignView(campaigns.get(id)), now);
        });
        looks.values().removeIf(old -> System.nanoTime() - old.at > LONGEST_SILENCE.toNanos());
        return look.campaign;
    }
}
