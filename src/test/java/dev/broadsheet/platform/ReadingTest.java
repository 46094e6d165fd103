package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadingTest {

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1_000); // the monotonic clock may overflow
    private final AtomicInteger looks = new AtomicInteger();

    private Reading<Integer> reading(Executor executor) {
        return new Reading<>(
                () -> {
                    if (looks.incrementAndGet() == 2) {
                        throw new IllegalStateException("the database is away");
                    }
                    return looks.get();
                },
                Duration.ofSeconds(10),
                executor,
                nanoTime::get);
    }

    @Test
    void of_withinTheTime_looksOnce_thenAgain() {
        Reading<Integer> reading = reading(Runnable::run);
        assertThat(reading.of(n -> n)).isEqualTo(1);
        nanoTime.addAndGet(Duration.ofSeconds(9).toNanos());
        assertThat(reading.of(n -> n * 10.0)).isEqualTo(10);
        assertThat(looks).hasValue(1);
        nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
        reading.of(n -> n);
        assertThat(looks).hasValue(2);
    }

    @Test
    void of_whatFails_isNoNumber_andIsLookedAtAgainLater() {
        Reading<Integer> reading = reading(Runnable::run);
        reading.of(n -> n);
        nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(reading.of(n -> n)).isNaN();
        assertThat(reading.of(n -> n)).isNaN();
        assertThat(looks).hasValue(2);
        nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(reading.of(n -> n)).isEqualTo(3);
    }

    @Test
    void of_whatTakesLong_isNoNumber_andNobodyElseWaitsForIt_norLooksMeanwhile() {
        Deque<Runnable> waiting = new ArrayDeque<>();
        Reading<Integer> reading = reading(waiting::add);
        assertThat(reading.of(n -> n)).isNaN();
        nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            assertThat(reading.of(n -> n)).isNaN();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(waiting).hasSize(1);
        waiting.remove().run();
        nanoTime.addAndGet(-Duration.ofMinutes(1).toNanos());
        assertThat(reading.of(n -> n)).isEqualTo(1);
    }
}
