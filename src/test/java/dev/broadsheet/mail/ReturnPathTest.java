package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnPathTest {

    private static final String SENDER = "weekly@news.example";

    @Test
    void configured_isEachDeliverysOwn_sealed() {
        ReturnPath path = path("bounces@mail.example");

        assertThat(path.of("12-345", SENDER)).isEqualTo("bounces+12-345.seal12-345@mail.example");
        assertThat(path.of("12-346", SENDER)).isEqualTo("bounces+12-346.seal12-346@mail.example");
    }

    @Test
    void unset_isTheSendersOwn() {
        assertThat(new ReturnPath(Optional.empty(), id -> id).of("12-345", SENDER))
                .isEqualTo(SENDER);
    }

    @Test
    void domainOfOtherLetters_isWrittenAsDnsKnowsIt() {
        assertThat(path("bounces@bücher.example").of("1-2", SENDER))
                .isEqualTo("bounces+1-2.seal1-2@xn--bcher-kva.example");
    }

    @Test
    void longestThatIsTaken_staysWithin64Octets() {
        String longestId = "123456789012-12345678901234567";

        String from = new ReturnPath(Optional.of("newsletter-bounces-x@mail.example"), id -> "0123456789ab")
                .of(longestId, SENDER);

        assertThat(from.indexOf('@')).isEqualTo(64);
        assertThat(WireAddress.of(from)).isEqualTo(from);
        assertThatThrownBy(() -> path("newsletter-bounces-xy@mail.example"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("BROADSHEET_MAIL_SMTP_RETURN_PATH")
                .hasMessageContaining("20 characters before the @");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bounces", "@mail.example", "bo unces@mail.example", "b<@mail.example", "zoë@mail.example", ""})
    void notAnAddress_isSaid(String configured) {
        assertThatThrownBy(() -> path(configured))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("BROADSHEET_MAIL_SMTP_RETURN_PATH");
    }

    @Test
    void itsOwn_isReadAgain_byWhateverAddressIsConfiguredNow() {
        ReturnPath path = new ReturnPath(Optional.of("b@new.example"), ReturnPathTest::seal);
        String before =
                new ReturnPath(Optional.of("bounces+x@mail.example"), ReturnPathTest::seal).of("12-345", SENDER);

        assertThat(path.id(path.of("12-345", SENDER))).contains("12-345");
        assertThat(path.id(path.of("77", SENDER))).contains("77");
        assertThat(path.id(before)).contains("12-345");
        assertThat(path.id(before.toUpperCase(java.util.Locale.ROOT))).contains("12-345");
        assertThat(new ReturnPath(Optional.empty(), ReturnPathTest::seal).id(before))
                .contains("12-345");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b+12-345.0000000000ff@mail.example",
                "b+12-345.0000000000f@mail.example",
                "b+12-345.0000000000666@mail.example",
                "b+12-345@mail.example",
                "b+12-345-6.000000000006@mail.example",
                "b+-345.000000000004@mail.example",
                "b+9999999999999999999.000000000013@mail.example",
                "b@mail.example",
                "+@",
                ""
            })
    void anybodyElses_isNot(String address) {
        assertThat(new ReturnPath(Optional.of("b@mail.example"), ReturnPathTest::seal).id(address))
                .isEmpty();
    }

    private static String seal(String id) {
        return "%012x".formatted(id.length());
    }

    private static ReturnPath path(String configured) {
        return new ReturnPath(Optional.of(configured), id -> "seal" + id);
    }
}
