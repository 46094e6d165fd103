package dev.broadsheet.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.accounts.Needs;
import dev.broadsheet.accounts.Scope;
import dev.broadsheet.mail.LimitSettings;
import dev.broadsheet.platform.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The limits of everything over JSON. Any token may read them; they are no newsletter's, so few may change them. */
@Path("/api/limits")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class LimitResource {

    /**
     * What is in force.
     *
     * @param perHour null for no such limit, as are perDay and warmUp
     * @param setHere names of those that were set over this call; the others are the environment's
     */
    record LimitsView(
            double messagesPerSecond,
            @Nullable Long perHour,
            @Nullable Long perDay,
            @Nullable LocalDate warmUp,
            List<String> setHere) {

        LimitsView(LimitChanges.Overview o) {
            this(
                    o.inForce().messagesPerSecond(),
                    o.inForce().perHour(),
                    o.inForce().perDay(),
                    o.inForce().warmUp(),
                    List.copyOf(o.set().byName().keySet()));
        }
    }

    /** Absent stays as it is; JSON's null goes back to the environment's. Both are null in other types. */
    record LimitsChange(
            @Schema(implementation = Double.class, nullable = true) @Nullable
            JsonNode messagesPerSecond,

            @Schema(implementation = Long.class, nullable = true) @Nullable
            JsonNode perHour,

            @Schema(implementation = Long.class, nullable = true) @Nullable
            JsonNode perDay,

            @Schema(implementation = LocalDate.class, nullable = true) @Nullable
            JsonNode warmUp) {

        LimitSettings of(LimitSettings before) {
            return new LimitSettings(
                    messagesPerSecond == null ? before.messagesPerSecond() : rate(messagesPerSecond),
                    perHour == null ? before.perHour() : share("perHour", perHour),
                    perDay == null ? before.perDay() : share("perDay", perDay),
                    warmUp == null ? before.warmUp() : day(warmUp));
        }

        private static @Nullable Double rate(JsonNode given) {
            if (!given.isNull() && !given.isNumber()) {
                throw Problem.invalid("messagesPerSecond is a number, or null for the environment's.");
            }
            return given.isNull() ? null : CampaignPlans.rate(given.doubleValue());
        }

        private static @Nullable Long share(String name, JsonNode given) {
            if (given.isNull()) {
                return null;
            }
            if (!given.canConvertToExactIntegral() || !given.canConvertToLong() || given.longValue() < 1) {
                throw Problem.invalid(name + " is a whole number from 1 on, or null for the environment's.");
            }
            return given.longValue();
        }

        private static @Nullable LocalDate day(JsonNode given) {
            if (given.isNull()) {
                return null;
            }
            try {
                LocalDate day = LocalDate.parse(given.isTextual() ? given.textValue() : "");
                if (day.getYear() >= 2000 && day.getYear() <= 9999) {
                    return day;
                }
            } catch (DateTimeParseException e) {
                // answered below
            }
            throw Problem.invalid("warmUp is a day such as 2026-12-01, or null for the environment's.");
        }
    }

    private final LimitChanges limits;
    private final Caller caller;

    LimitResource(LimitChanges limits, Caller caller) {
        this.limits = limits;
        this.caller = caller;
    }

    @GET
    public LimitsView get() {
        return new LimitsView(limits.get());
    }

    @PATCH
    @Needs(Scope.ADMIN)
    @Consumes(MediaType.APPLICATION_JSON)
    public LimitsView change(@Nullable LimitsChange change) {
        caller.requireAdminOfAll();
        if (change == null) {
            throw Problem.invalid("The body is missing: messagesPerSecond, perHour, perDay, warmUp.");
        }
        return new LimitsView(limits.change(change::of));
    }
}
