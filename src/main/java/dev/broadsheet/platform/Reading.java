package dev.broadsheet.platform;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What several gauges of {@code /q/metrics} share one look at the database for: taken when one of them is read, not again
 * within a while, and never waited for longer than a second. Where the database does not answer, gauges are NaN, and the
 * others are shown all the same.
 */
public final class Reading<T> {

    /** As often as most who scrape come. */
    public static final Duration USUAL = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(Reading.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final Callable<T> look;
    private final Duration goodFor;
    private final Executor executor;
    private final LongSupplier nanoTime;

    private @Nullable CompletableFuture<T> latest;
    private long begun;

    /** @param look once at a time, on another thread @param goodFor how long nobody looks again */
    public Reading(Callable<T> look, Duration goodFor, Executor executor) {
        this(look, goodFor, executor, System::nanoTime);
    }

    Reading(Callable<T> look, Duration goodFor, Executor executor, LongSupplier nanoTime) {
        this.look = look;
        this.goodFor = goodFor;
        this.executor = executor;
        this.nanoTime = nanoTime;
    }

    /** One number of it; NaN where it is not known. */
    public double of(ToDoubleFunction<T> number) {
        T known = known();
        return known == null ? Double.NaN : number.applyAsDouble(known);
    }

    private synchronized @Nullable T known() {
        CompletableFuture<T> present = latest;
        if (present != null && !present.isDone()) {
            return null; // it was waited for
        }
        if (present == null || nanoTime.getAsLong() - begun >= goodFor.toNanos()) {
            begun = nanoTime.getAsLong();
            present = CompletableFuture.supplyAsync(this::taken, executor);
            latest = present;
        }
        try {
            return present.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf(e, "Nothing to show in gauges");
        }
        return null;
    }

    private T taken() {
        try {
            return look.call();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
