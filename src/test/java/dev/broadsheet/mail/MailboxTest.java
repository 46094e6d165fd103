package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailboxTest {

    @ParameterizedTest
    @CsvSource({
        "weekly@news.example,      news.example",
        "weekly@bücher.example,    xn--bcher-kva.example",
        "zoë@faß.example,          xn--fa-hia.example"
    })
    void domain_isAsDnsKnowsIt(String email, String domain) {
        assertThat(new Mailbox(null, email).domain()).isEqualTo(domain);
    }
}
