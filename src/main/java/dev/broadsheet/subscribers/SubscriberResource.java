package dev.broadsheet.subscribers;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.mail.Transports;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** A newsletter's subscribers over JSON. */
@Path("/api/newsletters/{newsletter}/subscribers")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class SubscriberResource {

    private static final int LONGEST_QUERY = 254;

    /** @param id of the subscription: another one in each newsletter */
    record SubscriberView(
            long id,
            String email,
            @Nullable String name,
            Subscription.State state,
            @Nullable LocalDate pausedUntil,
            Instant subscribedAt,
            @Nullable Instant confirmedAt,
            @Nullable Instant unsubscribedAt) {

        SubscriberView(Subscription s) {
            this(
                    s.id,
                    s.subscriber.email,
                    s.subscriber.name,
                    s.state,
                    s.pausedUntil,
                    s.subscribedAt,
                    s.confirmedAt,
                    s.unsubscribedAt);
        }
    }

    /** @param consent the proof of it, in order */
    record SubscriberDetails(@JsonUnwrapped SubscriberView subscriber, List<Consents.Entry> consent) {}

    record NewSubscriber(@Nullable String email, @Nullable String name) {}

    private final Newsletters newsletters;
    private final SubscriberSearch search;
    private final Transports transports;
    private final Subscriptions subscriptions;
    private final Consents consents;
    private final Erasure erasure;
    private final PersonalData personalData;
    private final Caller caller;

    SubscriberResource(
            Newsletters newsletters,
            SubscriberSearch search,
            Transports transports,
            Subscriptions subscriptions,
            Consents consents,
            Erasure erasure,
            PersonalData personalData,
            Caller caller) {
        this.newsletters = newsletters;
        this.search = search;
        this.transports = transports;
        this.subscriptions = subscriptions;
        this.consents = consents;
        this.erasure = erasure;
        this.personalData = personalData;
        this.caller = caller;
    }

    /**
     * A page may be short of {@code limit}; only {@code next} of null is the end.
     *
     * @param query a part of the address or name
     * @param section chosen by name
     * @param subscribedAfter a time, or a day that counts itself; {@code subscribedBefore} one that does not
     */
    @GET
    public Paging.Page<SubscriberView> list(
            @RestPath String newsletter,
            @RestQuery @Nullable String query,
            @RestQuery @Nullable String state,
            @RestQuery @Nullable String section,
            @RestQuery @Nullable String subscribedAfter,
            @RestQuery @Nullable String subscribedBefore,
            @RestQuery @Nullable String after,
            @RestQuery @Nullable Integer limit) {
        SubscriberSearch.Wanted wanted = new SubscriberSearch.Wanted(
                text("query", query),
                state(state),
                text("section", section),
                time("subscribedAfter", subscribedAfter),
                time("subscribedBefore", subscribedBefore));
        SubscriberSearch.Found found =
                search.find(newsletters.get(newsletter).id, wanted, Paging.after(after), Paging.limit(limit));
        return new Paging.Page<>(
                found.subscriptions().stream().map(SubscriberView::new).toList(),
                found.next() == null ? null : found.next().toString());
    }

    /** By hand is still double opt-in: the person gets the mail that asks them to confirm. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public RestResponse<Void> add(@RestPath String newsletter, @Nullable NewSubscriber person) {
        Newsletter found = newsletters.get(newsletter);
        if (person == null || person.email == null) {
            throw Problem.invalid("email is missing.");
        }
        EmailAddress address =
                EmailAddress.parse(person.email).orElseThrow(() -> Problem.invalid("email is not an e-mail address."));
        if (!transports.reaches(address)) {
            throw Problem.invalid(
                    "email has letters beyond ASCII before the @, which the present mail transport cannot" + " carry.");
        }
        subscriptions.add(found, address, person.name, editor());
        return RestResponse.accepted();
    }

    @GET
    @Path("{id}")
    public SubscriberDetails get(@RestPath String newsletter, @RestPath long id) {
        Subscription found = subscriptions.get(newsletters.get(newsletter), id);
        return new SubscriberDetails(new SubscriberView(found), consents.of(id));
    }

    @POST
    @Path("{id}/resend-confirmation")
    public RestResponse<Void> resendConfirmation(@RestPath String newsletter, @RestPath long id) {
        subscriptions.resendConfirmation(newsletters.get(newsletter), id, editor());
        return RestResponse.accepted();
    }

    @POST
    @Path("{id}/unsubscribe")
    public SubscriberView unsubscribe(@RestPath String newsletter, @RestPath long id) {
        return new SubscriberView(subscriptions.unsubscribeByEditor(newsletters.get(newsletter), id, editor()));
    }

    /** Erases the person; with a token that is for some newsletters, what this one knows of them. */
    @DELETE
    @Path("{id}")
    public void erase(@RestPath String newsletter, @RestPath long id) {
        erasure.eraseByEditor(newsletters.get(newsletter), id, isForAllNewsletters());
    }

    /** All that is held about a person; with a token that is for some newsletters, what this one holds. */
    @GET
    @Path("{id}/export")
    public RestResponse<JsonNode> export(@RestPath String newsletter, @RestPath long id) {
        return RestResponse.ResponseBuilder.ok(
                        personalData.exportForEditor(newsletters.get(newsletter), id, isForAllNewsletters()))
                .header("Content-Disposition", "attachment; filename=\"subscriber-" + id + ".json\"")
                .header("Cache-Control", "no-store")
                .build();
    }

    private boolean isForAllNewsletters() {
        return caller.newsletters().isEmpty();
    }

    private Client editor() {
        return Client.editor(caller.name());
    }

    private static @Nullable String text(String name, @Nullable String value) {
        if (value != null && (value.length() > LONGEST_QUERY || value.indexOf('\u0000') >= 0)) {
            throw Problem.invalid(name + " is a text of at most " + LONGEST_QUERY + " characters.");
        }
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static @Nullable Instant time(String name, @Nullable String value) {
        return value == null || value.isBlank()
                ? null
                : ImportTime.parse(value.strip())
                        .orElseThrow(
                                () -> Problem.invalid(name + " is a time such as 2026-03-01T08:00:00Z, or a day."));
    }

    /** @throws Problem 400 where it is none */
    static Subscription.@Nullable State state(@Nullable String state) {
        try {
            return state == null || state.isEmpty() ? null : Subscription.State.valueOf(state);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("state is one of " + Arrays.toString(Subscription.State.values()) + ".");
        }
    }
}
