package dev.broadsheet.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.rendering.Rendered.Range;
import dev.broadsheet.rendering.Rendered.RenderedSection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariantsTest {

    private static final Range NONE = new Range(0, 0);

    private final AtomicInteger made = new AtomicInteger();
    private final Variants<String> variants = new Variants<>(
            Stream.of("news", "news/alpha", "news/beta", "jobs", "calls")
                    .map(id -> new RenderedSection(id, id.contains("/") ? 3 : 2, id, NONE, NONE, NONE))
                    .toList(),
            leftOut -> leftOut + " " + made.incrementAndGet());

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "'news,jobs,calls', ''",
        "'news', 'calls,jobs'",
        "'news,news/alpha', 'calls,jobs,news/beta'",
        "'news/alpha', 'calls,jobs,news/beta'",
        "'news,news/gone', 'calls,jobs,news/alpha,news/beta'",
        "'jobs', 'calls,news,news/alpha,news/beta'",
        "'newsletter/alpha', 'calls,jobs,news,news/alpha,news/beta'",
    })
    void leftOut_isWhatIsNotWanted(String wanted, String leftOut) {
        Set<String> ids = wanted.isEmpty() ? Set.of() : Set.of(wanted.split(","));
        assertThat(String.join(",", variants.leftOut(ids))).isEqualTo(leftOut);
    }

    @Test
    void isNothing_whereAllIsLeftOut_butNotOfAnIssueWithoutSections() {
        assertThat(variants.isNothing(variants.leftOut(Set.of("gone")))).isTrue();
        assertThat(variants.isNothing(variants.leftOut(Set.of("jobs")))).isFalse();
        assertThat(variants.isNothing(variants.leftOut(Set.of()))).isFalse();
        Variants<String> plain = new Variants<>(List.of(), leftOut -> "");
        assertThat(plain.isNothing(plain.leftOut(Set.of("gone")))).isFalse();
    }

    @Test
    void without_isMadeOnce_andTheEldestGivesWay() {
        assertThat(variants.without(Set.of("a"))).isEqualTo(variants.without(Set.of("a")));
        for (int i = 0; i < 64; i++) {
            variants.without(Set.of("b" + i));
        }
        assertThat(variants.without(Set.of("a"))).endsWith(" 66");
    }

    @Test
    void byLeftOut_groupsReadersWhoGetTheSame() {
        assertThat(variants.byLeftOut(List.of(
                                row(1),
                                row(2, "jobs"),
                                row(3, "jobs", "gone"),
                                row(4, "news", "jobs", "calls"),
                                row(5)))
                        .values())
                .extracting(rows -> rows.stream().map(Claim.Row::deliveryId).toList())
                .containsExactly(List.of(1L, 4L, 5L), List.of(2L, 3L));
    }

    private static Claim.Row row(long id, String... sections) {
        return new Claim.Row(id, id, "a@example.org", null, 1, List.of(sections));
    }
}
