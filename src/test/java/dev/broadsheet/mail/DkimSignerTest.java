package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.broadsheet.rendering.MailFrame;
import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Rendered;
import dev.broadsheet.rendering.Renderer;
import dev.broadsheet.rendering.Slots;
import dev.broadsheet.rendering.Theme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class DkimSignerTest {

    private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

    private static DkimKey rsa;
    private static DkimKey ed25519;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        rsa = DkimKeys.rsa(folder);
        ed25519 = DkimKeys.ed25519(folder);
    }

    static Stream<Arguments> messages() {
        String head = "From: The Weekly <weekly@news.example>\r\nTo: ada@example.org\r\nSubject: Issue 7\r\n";
        return Stream.of(
                Arguments.of("an empty body", head + "\r\n"),
                Arguments.of("empty lines only", head + "\r\n\r\n\r\n\r\n"),
                Arguments.of("a line", head + "\r\nHello\r\n"),
                Arguments.of("empty lines at the end", head + "\r\nHello\r\n\r\n\r\n\r\n"),
                Arguments.of("empty lines at the beginning", head + "\r\n\r\n\r\nHello\r\n"),
                Arguments.of("no CRLF at the end", head + "\r\nHello\r\nand goodbye"),
                Arguments.of("white space in the body", head + "\r\n \r\n\tHello,   you \t\r\n  \r\n"),
                Arguments.of("8-bit UTF-8", head + "X: ü\r\n\r\nGrüße, 🦀 and \u0085\r\n"),
                Arguments.of(
                        "UTF-8 in headers",
                        "From: Grüße <grüße@news.example>\r\nTo: Zoë <zoë@example.org>\r\nSubject: 🦀 ß\r\n\r\nx\r\n"),
                Arguments.of(
                        "folded headers",
                        "From: The Weekly\r\n\t<weekly@news.example>\r\nTo:\r\n ada@example.org\r\nSubject:  Issue \t 7,"
                                + "\r\n   folded\r\n\t twice  \t\r\nList-Id:The Weekly\r\n <weekly.news.example>\r\n\r\nx\r\n"),
                Arguments.of(
                        "white space before the colon",
                        "From : weekly@news.example\r\nTO\t: ada@example.org\r\n\r\nx\r\n"),
                Arguments.of(
                        "headers without a value", "From: weekly@news.example\r\nSubject:\r\nList-Id: \r\n\r\nx\r\n"),
                Arguments.of(
                        "headers of the same name",
                        "List-Post: <https://one.example>\r\n" + head
                                + "List-Post: <https://two.example>\r\nlist-post: NO\r\nSubject: another\r\n\r\nx\r\n"),
                Arguments.of(
                        "headers of a list",
                        head
                                + Stream.of("Unsubscribe", "Unsubscribe-Post", "Id", "Help", "Owner", "Archive", "Xyz")
                                        .map(name ->
                                                "List-" + name + ": <https://news.example/" + "x".repeat(300) + ">\r\n")
                                        .reduce("", String::concat)
                                + "Feedback-ID: 1:2:3:news\r\n\r\nx\r\n"),
                Arguments.of(
                        "hundreds of headers",
                        head
                                + IntStream.range(0, 500)
                                        .mapToObj(i -> "List-X" + i + ": " + i + "\r\n")
                                        .reduce("", String::concat)
                                + "\r\nx\r\n"),
                Arguments.of("a long body", head + "\r\n" + ("word ".repeat(14) + "\r\n").repeat(3_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void message_signed_passesWithReceivers(String what, String message) throws Exception {
        byte[] mail = message.getBytes(StandardCharsets.UTF_8);

        assertPasses(signed(rsa, mail), rsa);
        assertPasses(signed(ed25519, mail), ed25519);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void message_signed_isItselfBehindOneHeader(String what, String message) throws Exception {
        byte[] mail = message.getBytes(StandardCharsets.UTF_8);

        String signed = text(signed(rsa, mail));

        assertThat(signed).endsWith(text(mail));
        String header = signed.substring(0, signed.length() - mail.length);
        assertThat(header).matches("(?s)DKIM-Signature: [!-~\r\n ]*\r\n");
        assertThat(header.split("\r\n")).allSatisfy(line -> assertThat(line).hasSizeBetween(2, 76));
        assertThat(header.split("\r\n(?! )")).hasSize(1);
    }

    @Test
    void severalMessages_byOneSigner_eachPass() throws Exception {
        for (DkimKey key : List.of(rsa, ed25519)) {
            DkimSigner signer = new DkimSigner(key);
            MessageBuffer buffer = new MessageBuffer(10);
            EncodedMessage message = EncodedMessage.of(Mails.message());
            for (String to : List.of("ada@example.org", "a-longer-name-than-ada@example.org", "bo@example.org")) {
                buffer.reset();
                message.write(Mails.recipient(to), NOON, buffer);
                signer.sign(buffer, NOON);

                assertPasses(buffer.toByteArray(), key);
            }
        }
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of("\r\nList-Unsubscribe: <https://", "\r\nList-Unsubscribe: <https://evil."),
                Arguments.of("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", "\r\n"),
                Arguments.of("<weekly.news.example>", "<weekly.evil.example>"),
                Arguments.of("\r\nFrom:", "\r\nFrom: evil@evil.example\r\nFrom:"),
                Arguments.of("\r\nTo:", "\r\nFrom: evil@evil.example\r\nTo:"),
                Arguments.of("\r\nMIME-Version:", "\r\nSubject: evil\r\nMIME-Version:"),
                Arguments.of("\r\nMIME-Version:", "\r\nCc: evil@evil.example\r\nMIME-Version:"),
                Arguments.of("\r\nMIME-Version:", "\r\nContent-Type: text/html\r\nMIME-Version:"),
                Arguments.of("Reply-To: editors@", "Reply-To: evil@"),
                Arguments.of("To: ada@example.org", "To: bob@example.org"),
                Arguments.of("Subject: =?UTF-8?B?", "Subject: =?UTF-8?B?QUFB"),
                Arguments.of("Date: Wed, 4 Mar", "Date: Thu, 5 Mar"),
                Arguments.of("Message-ID: <", "Message-ID: <x"),
                Arguments.of("Content-Type: multipart/alternative", "Content-Type: multipart/mixed"),
                Arguments.of("Hello", "Hallo"),
                Arguments.of("/unsubscribe/delivery-7-", "/unsubscribe/delivery-8-"),
                Arguments.of("d=news.example", "d=evil.example"),
                Arguments.of("t=1772625600", "t=1772625601"));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("changes")
    void changedOnTheWay_fails(String from, String to) throws Exception {
        for (DkimKey key : List.of(rsa, ed25519)) {
            String signed = text(signed(key, Mails.message(), "ada@example.org"));
            assertThat(signed).contains(from);

            byte[] changed = octets(replaceLast(signed, from, to));

            assertThat(passesAnywhere(changed, key)).isFalse();
        }
    }

    @Test
    void whatRelaysDo_passes() throws Exception {
        for (DkimKey key : List.of(rsa, ed25519)) {
            String signed = text(signed(key, Mails.message(), "ada@example.org"));

            assertPasses(octets("Return-Path: <x@news.example>\r\nReceived: from a\r\n\tby b\r\n" + signed), key);
            assertPasses(octets(signed.replace("\r\nList-Id: ", "\r\nLIST-ID:\r\n\t")), key);
            int body = signed.indexOf("\r\n\r\n");
            assertPasses(
                    octets(signed.substring(0, body)
                                    .replace("\r\n ", "\r\n\t  ")
                                    .replace("; ", ";   ")
                            + signed.substring(body)),
                    key);
            assertPasses(octets(signed + "\r\n\r\n"), key);
        }
    }

    @Test
    void signatureOfAnotherKey_fails(@TempDir Path folder) throws Exception {
        byte[] byRsa = signed(rsa, Mails.message(), "ada@example.org");
        byte[] byEd25519 = signed(ed25519, Mails.message(), "ada@example.org");

        assertThat(passesAnywhere(byRsa, DkimKeys.rsa(folder))).isFalse();
        assertThat(passesAnywhere(byEd25519, DkimKeys.ed25519(folder))).isFalse();
    }

    @Test
    void realIssues_rendered_pass() throws Exception {
        for (String source : sources()) {
            Message message = issue(source);
            assertPasses(signed(rsa, message, "ada@example.org"), rsa);
            assertPasses(signed(ed25519, message, "ada@example.org"), ed25519);
        }
    }

    @Test
    void overSmtp_onSeveralConnections_whatArrivesPasses() throws Exception {
        List<Recipient> recipients = IntStream.range(0, 40)
                .mapToObj(i -> Mails.recipient("reader-" + i + "@example.org"))
                .toList();
        for (DkimKey key : List.of(rsa, ed25519)) {
            try (ScriptedSmtpServer server = new ScriptedSmtpServer()) {
                Duration patience = Duration.ofSeconds(20);
                SmtpTransport transport = new SmtpTransport(
                        new SmtpTransportTest.Config(server.port(), Optional.empty(), MailConfig.Tls.NONE, 4),
                        key,
                        SmtpTransportTest.NO_RETURN_PATH,
                        "news.example",
                        Clock.systemUTC(),
                        null,
                        new SmtpConnection.Timeouts(patience, patience, patience));
                transport.send(Mails.message(), recipients, new RecordedHandover());
                transport.close();

                assertThat(server.recipients())
                        .containsExactlyInAnyOrderElementsOf(
                                recipients.stream().map(Recipient::email).toList());
                for (ScriptedSmtpServer.Received received : server.received) {
                    assertThat(received.raw()).isEqualTo(received.text());
                    assertPasses(received.text().getBytes(StandardCharsets.UTF_8), key);
                }
            }
        }
    }

    /** Debian's {@code python3-dkim}, with {@code python3-nacl} for Ed25519. */
    @Test
    void realIssue_passesWithDkimpy(@TempDir Path folder) throws Exception {
        assumeTrue(python(folder, "import dkim, nacl.signing"), "There is no dkimpy: it is not asked.");
        for (DkimKey key : List.of(rsa, ed25519)) {
            Path mail = Files.write(
                    folder.resolve("mail.eml"), signed(key, issue(sources().get(0)), "ada@example.org"));
            String check = "import dkim; m = open('" + mail + "', 'rb').read();"
                    + " assert dkim.verify(m, dnsfunc=lambda *a, **k: b'" + key.record() + "')";

            assertThat(python(folder, check)).isTrue();
            assertThat(python(folder, check.replace(".read()", ".read().replace(b'One-Click', b'Evil')")))
                    .isFalse();
        }
    }

    private static boolean python(Path folder, String program) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("python3", "-c", program)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("python.log").toFile())
                    .start();
        } catch (IOException e) {
            return false;
        }
        return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** The sample, and the real issues where they are beside the project. */
    private static List<String> sources() throws IOException {
        List<String> sources = new ArrayList<>();
        try (InputStream sample = DkimSignerTest.class.getResourceAsStream("/sample/welcome.md")) {
            sources.add(new String(sample.readAllBytes(), StandardCharsets.UTF_8));
        }
        Path corpus = Path.of("..", "shared", "corpus", "issues");
        if (Files.isDirectory(corpus)) {
            try (Stream<Path> issues = Files.list(corpus)) {
                for (Path issue :
                        issues.filter(file -> file.toString().endsWith(".md")).toList()) {
                    sources.add(Files.readString(issue));
                }
            }
        }
        return sources;
    }

    private static Message issue(String source) {
        Slots slots = new Slots("0123456789abcdef0123456789abcdef");
        MailFrame frame = new MailFrame(
                "This Week in Tea",
                "en",
                "https://news.example/n/tea/issues/570",
                "https://news.example/n/tea/issues/570",
                "1 Example Street\nExample Town",
                Theme.DEFAULT);
        Rendered rendered = new Renderer().render(Manuscript.read(source), frame, slots);
        return new Message(
                new Mailbox("This Week in Tea", "tea@news.example"),
                null,
                "This Week in Tea 570",
                rendered.mailHtml(),
                rendered.mailText(),
                Map.of("List-Id", "This Week in Tea <tea.news.example>", "Feedback-ID", "570:tea:broadsheet"),
                slots.tags());
    }

    private static byte[] signed(DkimKey key, Message message, String to) {
        Recipient plain = Mails.recipient(to);
        String link = plain.values().get(Mails.TAG);
        Map<String, String> values =
                message.tags().stream().collect(java.util.stream.Collectors.toMap(tag -> tag, tag -> link));
        return signed(
                key,
                EncodedMessage.of(message)
                        .forRecipient(
                                new Recipient(
                                        plain.id(), to, null, plain.messageId(), plain.headers(), values, Map.of()),
                                NOON));
    }

    private static byte[] signed(DkimKey key, byte[] mail) {
        MessageBuffer buffer = new MessageBuffer(16);
        buffer.writeBytes(mail);
        new DkimSigner(key).sign(buffer, NOON);
        return buffer.toByteArray();
    }

    private static void assertPasses(byte[] mail, DkimKey key) throws Exception {
        assertThat(DkimReceiver.passesTheRfcs(mail, algorithm(key), key.record()))
                .as("by the RFCs, %s", algorithm(key))
                .isTrue();
        if (key.isRsa()) {
            assertThat(DkimReceiver.passesJdkim(mail, key.record()))
                    .as("by jDKIM")
                    .isTrue();
        }
    }

    private static boolean passesAnywhere(byte[] mail, DkimKey key) throws Exception {
        return DkimReceiver.passesTheRfcs(mail, algorithm(key), key.record())
                || key.isRsa() && DkimReceiver.passesJdkim(mail, key.record());
    }

    private static String algorithm(DkimKey key) {
        return key.isRsa() ? "rsa-sha256" : "ed25519-sha256";
    }

    /** Behind the signature, where it names itself too. */
    private static String replaceLast(String text, String from, String to) {
        int at = text.lastIndexOf(from);
        return text.substring(0, at) + to + text.substring(at + from.length());
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
