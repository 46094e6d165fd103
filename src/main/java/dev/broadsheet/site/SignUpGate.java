package dev.broadsheet.site;

import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.subscribers.AddressRules;
import dev.broadsheet.subscribers.FormSignUps;
import dev.broadsheet.subscribers.SignUps;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a post of the sign-up form counts at once or gets the page with one button, whose post then counts.
 * It looks at the form and at the network it comes from, never at who has the address: so no answer tells anything about
 * a person. What it decides is counted in {@code broadsheet_signup_posts_total}, by outcome and reason.
 */
@ApplicationScoped
class SignUpGate {

    /** Why a post gets the page with one button. */
    enum Doubt {
        /** No {@code ts} of ours: a form on another site, or a program. */
        UNSIGNED,
        /** Sent back sooner than a person types. */
        SOON,
        /** The field that people do not see was filled. */
        TRAP,
        /** An address that several people read. */
        ROLE,
        /** An address that will be gone tomorrow. */
        DISPOSABLE,
        /** Its network has had its share for now. */
        NETWORK,
        /** The button was pressed without the work that it asks for, or half a minute's wait instead. */
        WORK
    }

    /**
     * What a post carries besides what the person typed.
     *
     * @param ts when our form was shown, signed
     * @param trap what stands in the field that people do not see
     * @param button the signed token of the page with one button
     * @param work what the browser found for it
     */
    record Marks(
            @Nullable String ts,
            @Nullable String trap,
            @Nullable String button,
            @Nullable String work) {}

    /** @param button the token for the page's button */
    record Doubted(Doubt why, String button) {}

    /** Instead of the work, where the browser runs no script. */
    static final Duration WAIT = Duration.ofSeconds(30);

    private final FormSignUps signUps;
    private final AddressRules rules;
    private final LinkTokens tokens;
    private final SiteConfig config;
    private final MeterRegistry metrics;
    private final Clock clock;

    SignUpGate(
            FormSignUps signUps,
            AddressRules rules,
            LinkTokens tokens,
            SiteConfig config,
            MeterRegistry metrics,
            Clock clock) {
        this.signUps = signUps;
        this.rules = rules;
        this.tokens = tokens;
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** @throws Problem 400 where it is no address, or none that this installation takes */
    EmailAddress address(@Nullable String typed) {
        EmailAddress address = EmailAddress.parse(typed)
                .orElseThrow(() -> new Problem(
                        400, "address-invalid", "Please check the address: it cannot be one as it stands."));
        if (rules.denies(address)) {
            throw new Problem(
                    400, "domain-denied", "Addresses of this domain are not taken here. Please use another address.");
        }
        if (!signUps.reaches(address)) {
            throw new Problem(
                    400,
                    "address-letters",
                    "Mail from here cannot reach an address with letters like these before the @. Please use another address.");
        }
        return address;
    }

    void refused(Problem why) {
        count("refused", why.type());
    }

    /** Queues the sign-up and answers nothing, or answers why it gets the page with one button. */
    Optional<Doubted> take(SignUps.Asking asking, Marks marks) {
        Optional<LinkTokens.Verified> pressed = marks.button == null
                ? Optional.empty()
                : tokens.open(LinkTokens.Purpose.FORM_BUTTON, marks.button, typed(asking))
                        .filter(v -> !v.expired() && v.subject() == asking.newsletterId());
        Doubt doubt = pressed.isPresent() ? doubt(pressed.get(), marks) : doubt(asking, marks);
        if (doubt == null) {
            // whoever pressed is let in, and whoever only waited for the button shares what his network has
            boolean exempt = pressed.isPresent() && (!config.proofOfWork() || isProven(marks));
            doubt = signUps.ask(asking, exempt) ? null : Doubt.NETWORK;
        }
        if (doubt == null) {
            count("taken", pressed.isPresent() ? "button" : "form");
            return Optional.empty();
        }
        count("button", doubt.name().toLowerCase(Locale.ROOT));
        // the same button once more, so that a wait goes on
        String button = pressed.isPresent() && marks.button != null
                ? marks.button
                : tokens.sign(LinkTokens.Purpose.FORM_BUTTON, asking.newsletterId(), typed(asking));
        return Optional.of(new Doubted(doubt, button));
    }

    private @Nullable Doubt doubt(SignUps.Asking asking, Marks marks) {
        if (marks.trap != null && !marks.trap.isBlank()) {
            return Doubt.TRAP;
        }
        Optional<LinkTokens.Verified> shown = marks.ts == null
                ? Optional.empty()
                : tokens.open(LinkTokens.Purpose.FORM_SHOWN, marks.ts, "")
                        .filter(v -> !v.expired() && v.subject() == asking.newsletterId());
        if (shown.isEmpty()) {
            return Doubt.UNSIGNED;
        }
        if (!hasPassed(Duration.ofSeconds(config.minSeconds()), shown.get())) {
            return Doubt.SOON;
        }
        if (rules.isRole(asking.address())) {
            return Doubt.ROLE;
        }
        return rules.isDisposable(asking.address()) ? Doubt.DISPOSABLE : null;
    }

    private @Nullable Doubt doubt(LinkTokens.Verified pressed, Marks marks) {
        return !config.proofOfWork() || isProven(marks) || hasPassed(WAIT, pressed) ? null : Doubt.WORK;
    }

    private static boolean isProven(Marks marks) {
        return marks.button != null && ProofOfWork.proves(marks.button, marks.work);
    }

    private boolean hasPassed(Duration time, LinkTokens.Verified since) {
        return !since.issuedAt().plus(time).isAfter(clock.instant());
    }

    /** What the button is bound to: it counts for this and nothing else. */
    private static String typed(SignUps.Asking asking) {
        return asking.address().typed() + "\n" + (asking.name() == null ? "" : asking.name()) + "\n"
                + String.join(",", asking.sections());
    }

    private void count(String outcome, String reason) {
        metrics.counter("broadsheet.signup.posts", "outcome", outcome, "reason", reason)
                .increment();
    }
}
