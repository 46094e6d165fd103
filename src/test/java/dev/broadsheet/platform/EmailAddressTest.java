package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @ParameterizedTest
    @CsvSource({
        "ada@example.org,                 ada@example.org",
        "Ada.Lovelace+News@Example.ORG,   ada.lovelace+news@example.org",
        "o'brien@example.org,             o'brien@example.org",
        "a@b.co,                          a@b.co",
        "ida@müller.example,              ida@xn--mller-kva.example",
        "ida@MÜLLER.example,              ida@xn--mller-kva.example",
        "ida@xn--mller-kva.example,       ida@xn--mller-kva.example",
        "a@straße.example,                a@xn--strae-oqa.example",
        "a!#$%&*+-/=?^_`{|}~@example.org, a!#$%&*+-/=?^_`{|}~@example.org",
        "ZOË@example.org,                 zoë@example.org",
        "हिन्दी@example.org,              हिन्दी@example.org",
        "first_last@sub.domain.example,   first_last@sub.domain.example",
    })
    void parse_addresses_haveTheKeyOfTheirPerson(String typed, String key) {
        assertThat(EmailAddress.parse(typed)).get().isEqualTo(new EmailAddress(typed, key));
    }

    @Test
    void parse_surroundingSpaceAndDecomposedLetters_areNormalised() {
        assertThat(EmailAddress.parse("  ada@example.org\t"))
                .get()
                .extracting(EmailAddress::typed)
                .isEqualTo("ada@example.org");
        assertThat(EmailAddress.parse("a@mu\u0308ller.example"))
                .get()
                .isEqualTo(EmailAddress.parse("a@m\u00fcller.example").get());
    }

    @Test
    void parse_inATurkishLocale_isTheSame() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(EmailAddress.parse("INFO@EXAMPLE.ORG"))
                    .get()
                    .extracting(EmailAddress::key)
                    .isEqualTo("info@example.org");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "@",
                "ada",
                "ada@",
                "@example.org",
                "ada@example",
                "ada@@example.org",
                "ada@example..org",
                "ada.@example.org",
                ".ada@example.org",
                "a..b@example.org",
                "ada@-example.org",
                "ada@[192.0.2.1]",
                "ada@192.0.2.1",
                "ada lovelace@example.org",
                "Ada <ada@example.org>",
                "ada@example.org, bob@example.org",
                "ada@example.org\r\nBcc: bob@example.org",
                "ada\r\n@example.org",
                "ada@exam\u0000ple.org",
                "\"ada\"@example.org",
                "ada@example.org>",
                "ada;bob@example.org",
                "h(x)@example.org",
                "(x)h@example.org",
                "h@(x)example.org",
                "h@example.org(x)",
                "a:b@example.org",
                "a\\b@example.org",
                "a,b@example.org",
                "[a]@example.org",
                "a\u00a0b@example.org",
                "a\u200bb@example.org",
                "\ud800a@example.org",
            })
    void parse_whatCannotBeAnAddress_isEmpty(String text) {
        assertThat(EmailAddress.parse(text)).isEmpty();
    }

    @Test
    void parse_tooLong_isEmpty() {
        assertThat(EmailAddress.parse("a".repeat(65) + "@example.org")).isEmpty();
        assertThat(EmailAddress.parse("\u00e9".repeat(33) + "@example.org")).isEmpty();
        assertThat(EmailAddress.parse("a@" + "b".repeat(64) + ".org")).isEmpty();
        assertThat(EmailAddress.parse("a@" + "bbbb.".repeat(60) + "org")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ada@example.org, a…@example.org", "a@b.co, a…@b.co", "😀x@example.org, 😀…@example.org", "none, …"})
    void masked_showsTheFirstCharacterAndTheDomain(String email, String masked) {
        assertThat(EmailAddress.masked(email)).isEqualTo(masked);
    }
}
