package dev.broadsheet.issues;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineDiffTest {

    @Test
    void of_aChangedLine_isShownWithWhatStandsAroundIt() {
        assertThat(LineDiff.of("a\nb\nc\nd\ne\nf\ng\nh\n", "a\nb\nc\nd\nE\nf\ng\nh\n", 1, 2))
                .isEqualTo("""
                --- revision 1
                +++ revision 2
                @@ -2,7 +2,7 @@
                 b
                 c
                 d
                -e
                +E
                 f
                 g
                 h""");
    }

    @Test
    void of_theSameLines_isEmpty_alsoWithOtherLineEnds() {
        assertThat(LineDiff.of("a\nb\n", "a\r\nb\r\n", 1, 2)).isEmpty();
    }

    @Test
    void of_twoLargeTextsWithNothingInCommon_isNull() {
        assertThat(LineDiff.of("a\n".repeat(100_000), "b\n".repeat(100_000), 1, 2))
                .isNull();
    }

    @Test
    void of_twoLargeTextsThatDifferInALine_isShown() {
        assertThat(LineDiff.of("a\n".repeat(100_000) + "x", "a\n".repeat(100_000) + "y", 1, 2))
                .contains("-x", "+y");
    }
}
