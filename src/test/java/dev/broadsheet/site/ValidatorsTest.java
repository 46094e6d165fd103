package dev.broadsheet.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidatorsTest {

    private static final Instant CHANGED = Instant.parse("2026-11-04T10:00:00.9Z");

    private final Validators page = Validators.of("A page".getBytes(UTF_8), CHANGED);

    @Test
    void etag_isStrong_theSameForTheSameBytes_andAnotherForOthers() {
        assertThat(page.etag()).matches("\"[A-Za-z0-9_-]{24}\"");
        assertThat(Validators.of("A page".getBytes(UTF_8), CHANGED.plusSeconds(9))
                        .etag())
                .isEqualTo(page.etag());
        assertThat(Validators.of("A Page".getBytes(UTF_8), CHANGED).etag()).isNotEqualTo(page.etag());
    }

    @Test
    void ifNoneMatch_ownTagInWhateverForm_isKnown() {
        String tag = page.etag();
        for (List<String> header : List.of(
                List.of(tag), List.of("\"x\" , " + tag), List.of("\"x\"", tag), List.of("W/" + tag), List.of("*"))) {
            assertThat(page.areKnown(header, null)).as(header.toString()).isTrue();
        }
        assertThat(page.areKnown(List.of("\"x\""), null)).isFalse();
        assertThat(page.areKnown(List.of(tag.replace("\"", "")), null)).isFalse();
    }

    @Test
    void ifNoneMatch_otherTag_countsAndTheDateDoesNot() {
        assertThat(page.areKnown(List.of("\"x\""), "Wed, 04 Nov 2026 10:00:00 GMT"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Wed, 04 Nov 2026 10:00:00 GMT", "Thu, 05 Nov 2026 00:00:00 GMT"})
    void ifModifiedSince_theChangeOrLater_isKnown(String date) {
        assertThat(page.areKnown(List.of(), date)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Wed, 04 Nov 2026 09:59:59 GMT", "yesterday", ""})
    void ifModifiedSince_earlierOrNoDate_isNotKnown(String date) {
        assertThat(page.areKnown(List.of(), date)).isFalse();
        assertThat(page.areKnown(List.of(), null)).isFalse();
    }
}
