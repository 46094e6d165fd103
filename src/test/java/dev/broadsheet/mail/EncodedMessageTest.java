package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedMessageTest {

    private static final String A = "slot-0011223344556677-a";
    private static final String B = "slot-0011223344556677-b";
    private static final Map<String, String> VALUES =
            Map.of(A, "https://news.example/unsubscribe/AbC_-123=" + "x".repeat(150) + "?q=1", B, ". trailing space ");
    private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

    static Stream<String> awkwardTexts() {
        String crab = "🦀";
        return Stream.of(
                "",
                "plain\n",
                "no newline at the end",
                "x".repeat(5_000),
                "ü".repeat(700) + "\n" + crab.repeat(300),
                "half a pair \uD83E and \uDD80 \uDD80\uD83E the other way round, at the end \uD83E",
                "tabs\t\tinside\t\n\tat the beginning\nat the end\t",
                "spaces at the end   \n \n  \nand at the very end  ",
                ".\n..\n.dot\nx\n.\n",
                "From the beginning\nFrom me\n>From\n",
                "one\r\ntwo\rthree\nfour\r\r\nfive\n\r\nsix",
                "=3D = == =\n=20",
                A,
                A + B,
                A + A + "\n" + B + "\n",
                "\n" + A + "\n\n" + B + "\r\n.",
                "at the end of a line " + A + "\nand " + B + " in the middle",
                "<a href=\"" + A + "\" title='" + B + "'>" + "ä".repeat(80) + A + "</a>",
                "x".repeat(74) + A + "x".repeat(75) + A + "x".repeat(76) + B + "x".repeat(77),
                "ends in a carriage return\r" + A + "\nstarts with a line feed",
                "nul \u0000 and bell \u0007 and \u2028 and \u0085",
                ("<p style=\"color:#333\">" + "word ".repeat(200) + "<a href=\"" + A + "\">" + crab + "</a></p>\n")
                        .repeat(80));
    }

    @ParameterizedTest
    @MethodSource("awkwardTexts")
    void anyText_encodedAndParsed_isItselfWithValuesFilledIn(String text) throws Exception {
        byte[] raw = encoded(text, "<html>" + text + "</html>");

        MimeMessage mail = Mails.parse(raw);
        assertThat(mail.getContentType()).startsWith("multipart/alternative");
        MimeMultipart parts = (MimeMultipart) mail.getContent();
        assertThat(parts.getCount()).isEqualTo(2);
        assertThat(parts.getBodyPart(0).getContentType()).isEqualTo("text/plain; charset=UTF-8");
        assertThat(parts.getBodyPart(1).getContentType()).isEqualTo("text/html; charset=UTF-8");
        assertThat(Mails.part(mail, 0)).isEqualTo(filled(text));
        assertThat(Mails.part(mail, 1)).isEqualTo(filled("<html>" + text + "</html>"));
        assertLinesAreAsMailWants(raw, 76);
    }

    @ParameterizedTest
    @MethodSource("awkwardTexts")
    void anyTextWithoutControls_asSubjectAndName_comesBack(String text) throws Exception {
        String line = text.replaceAll("\\p{Cc}", " ").replaceAll(" +", " ").strip();
        String subject = line.substring(0, Math.min(line.length(), 2_000));
        Message message =
                new Message(new Mailbox(subject, "weekly@news.example"), null, subject, "h", "t", Map.of(), List.of());

        byte[] raw = EncodedMessage.of(message).forRecipient(recipient("ada@example.org", subject), NOON);

        MimeMessage mail = Mails.parse(raw);
        String expected = HeaderText.wellFormed(subject).strip();
        assertThat(mail.getSubject() == null ? "" : mail.getSubject().strip()).isEqualTo(expected);
        assertThat(name((InternetAddress) mail.getFrom()[0])).isEqualTo(expected);
        assertThat(mail.getRecipients(jakarta.mail.Message.RecipientType.TO)).hasSize(1);
        assertLinesAreAsMailWants(raw, 300);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ada, Countess of Lovelace",
                "\"Ada\" \\ Lovelace",
                "a@b <c@d>; (x)",
                "O'Brien",
                "=?UTF-8?Q?Sender?=",
                "Zoë",
                "日本語の名前がここに長く長く長く長く長く長く長く長く長く長く長く続く"
            })
    void name_ofAnyKind_comesBackAndTheAddressStaysTheOnlyOne(String name) throws Exception {
        byte[] raw =
                EncodedMessage.of(Mails.message()).forRecipient(withValues(recipient("ada@example.org", name)), NOON);

        var to = Mails.parse(raw).getRecipients(jakarta.mail.Message.RecipientType.TO);
        assertThat(to).hasSize(1);
        assertThat(((InternetAddress) to[0]).getAddress()).isEqualTo("ada@example.org");
        assertThat(((InternetAddress) to[0]).getPersonal()).isEqualTo(name);
    }

    @Test
    void subject_ofThreeHundredEmoji_isWholeWordsOfWholeCharacters() throws Exception {
        String subject = "🦀".repeat(300);
        Message message =
                new Message(new Mailbox(null, "weekly@news.example"), null, subject, "h", "t", Map.of(), List.of());

        byte[] raw = EncodedMessage.of(message).forRecipient(recipient("ada@example.org", null), NOON);

        Matcher word =
                Pattern.compile("=\\?UTF-8\\?B\\?([^?]*)\\?=").matcher(new String(raw, StandardCharsets.US_ASCII));
        int words = 0;
        while (word.find()) {
            words++;
            assertThat(word.group().length()).isLessThanOrEqualTo(75);
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(word.group(1))));
        }
        assertThat(words).isGreaterThan(20);
        assertThat(Mails.parse(raw).getSubject()).isEqualTo(subject);
        assertLinesAreAsMailWants(raw, 76);
    }

    @Test
    void headers_ofMessageAndRecipient_areThereOnceAndTheRecipientsWin() throws Exception {
        Recipient recipient = new Recipient(
                "1",
                "ada@example.org",
                null,
                "delivery-1@news.example",
                Map.of("list-help", "<https://own.example>", "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
                Map.of(),
                Map.of());
        Message message = new Message(
                new Mailbox("W", "weekly@news.example"),
                new Mailbox("Editors", "editors@news.example"),
                "S",
                "h",
                "t",
                Map.of("List-Help", "<https://all.example>", "List-Id", "<weekly.news.example>"),
                List.of());

        MimeMessage mail = Mails.parse(EncodedMessage.of(message).forRecipient(recipient, NOON));

        assertThat(mail.getHeader("List-Help")).containsExactly("<https://own.example>");
        assertThat(mail.getHeader("List-Id")).containsExactly("<weekly.news.example>");
        assertThat(mail.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
        assertThat(mail.getHeader("Message-ID")).containsExactly("<delivery-1@news.example>");
        assertThat(mail.getHeader("Date")).containsExactly("Wed, 4 Mar 2026 12:00:00 +0000");
        assertThat(mail.getHeader("MIME-Version")).containsExactly("1.0");
        assertThat(mail.getHeader("Reply-To")).containsExactly("Editors <editors@news.example>");
        assertThat(mail.getHeader("From")).hasSize(1);
        assertThat(mail.getHeader("To")).containsExactly("ada@example.org");
    }

    @Test
    void domainOfOtherLetters_goesOutAsALabelsOfIdna2008() throws Exception {
        byte[] raw = EncodedMessage.of(Mails.message())
                .forRecipient(withValues(recipient("ada@straße.example", null)), NOON);

        assertThat(Mails.parse(raw).getHeader("To")).containsExactly("ada@xn--strae-oqa.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada",
                "@example.org",
                "ada@",
                "a b@example.org",
                "a>b@example.org",
                "ada@-xn--.ö..example",
                "a,b@x.org"
            })
    void addressThatBreaksACommand_isRefusedWithoutNamingIt(String email) {
        EncodedMessage encoded = EncodedMessage.of(Mails.message());

        assertThatThrownBy(() -> encoded.forRecipient(withValues(recipient(email, null)), NOON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(email);
    }

    @Test
    void slotWithoutValue_isRefused() {
        assertThatThrownBy(
                        () -> EncodedMessage.of(Mails.message()).forRecipient(recipient("ada@example.org", null), NOON))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"To", "content-type", "X-A: b", "X-A\r\nBcc", "", "Ü"})
    void header_thatIsReservedOrNoName_isRefused(String name) {
        assertThatThrownBy(() -> new Message(
                        new Mailbox(null, "a@b.example"), null, "s", "h", "t", Map.of(name, "v"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nBcc: x@y.example", "a\nb", "a\u0000", "\u0085", "\u007f"})
    void controlCharacter_inAnythingThatBecomesAHeader_isRefused(String text) {
        assertThatThrownBy(() -> new Mailbox(text, "a@b.example")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Mailbox(null, text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> recipient("a@b.example", text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> new Message(new Mailbox(null, "a@b.example"), null, text, "h", "t", Map.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Message(
                        new Mailbox(null, "a@b.example"), null, "s", "h", "t", Map.of("X-A", text), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] encoded(String text, String html) {
        Message message =
                new Message(new Mailbox("W", "weekly@news.example"), null, "S", html, text, Map.of(), List.of(A, B));
        return EncodedMessage.of(message).forRecipient(recipient("ada@example.org", null), NOON);
    }

    private static String filled(String text) {
        String all = HeaderText.wellFormed(text);
        for (var value : VALUES.entrySet()) {
            all = String.join(value.getValue(), canonical(all).split(Pattern.quote(value.getKey()), -1));
        }
        return canonical(all);
    }

    /** Lines end in CRLF. A line end that a tag stands in is two. */
    private static String canonical(String text) {
        return text.replaceAll("\r\n|\r|\n", "\r\n");
    }

    private static Recipient recipient(String email, @Nullable String name) {
        return new Recipient("1", email, name, "delivery-1@news.example", Map.of(), VALUES, Map.of());
    }

    private static Recipient withValues(Recipient r) {
        Map<String, String> values = new HashMap<>(VALUES);
        values.put(Mails.TAG, "https://news.example/u");
        return new Recipient(r.id(), r.email(), r.name(), r.messageId(), r.headers(), values, r.customArgs());
    }

    private static String name(InternetAddress address) throws Exception {
        return address.getPersonal() == null
                ? ""
                : MimeUtility.unfold(address.getPersonal()).strip();
    }

    private static void assertLinesAreAsMailWants(byte[] raw, int longest) {
        String all = new String(raw, StandardCharsets.ISO_8859_1);
        assertThat(all.replace("\r\n", "")).doesNotContain("\r").doesNotContain("\n");
        assertThat(all.split("\r\n"))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(longest));
        assertThat(all.chars()).allMatch(c -> c < 0x80);
    }
}
