package dev.broadsheet.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without a database: what waits for a mark is answered all the same. */
@Timeout(30)
class MarksTest {

    private final AtomicInteger asked = new AtomicInteger();
    private final Marks marks = new Marks(failing(asked));

    @Test
    void error_isAnAnswer_andTheNextMarkGetsOneToo() {
        for (int i = 1; i <= 2; i++) {
            assertThatThrownBy(() -> write().get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(NoClassDefFoundError.class);
            assertThat(asked).hasValue(i);
        }
        marks.stop();
    }

    @Test
    void marksAfterTheEnd_areAnsweredToo() {
        assertThatThrownBy(() -> write().get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        marks.stop();

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> write().get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        }
    }

    private CompletableFuture<Boolean> write() {
        Claim claim = new Claim(7, 1, 1, 0, List.of(), 0, Instant.MAX, Long.MAX_VALUE);
        return marks.write(claim, new BitSet(), new BitSet(), null);
    }

    static AgroalDataSource failing(AtomicInteger asked) {
        return (AgroalDataSource) Proxy.newProxyInstance(
                MarksTest.class.getClassLoader(),
                new Class<?>[] {AgroalDataSource.class},
                (proxy, method, arguments) -> {
                    asked.incrementAndGet();
                    throw new NoClassDefFoundError("a class of the driver");
                });
    }
}
