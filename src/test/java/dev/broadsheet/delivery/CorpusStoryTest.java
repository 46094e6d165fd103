package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Real issues through the whole house: written, previewed, published, sent to fifty readers, and every mail read. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class CorpusStoryTest {

    private static final Path CORPUS = Path.of("../shared/corpus");
    private static final int READERS = 50;

    @Inject
    TestReaders readers;

    @Test
    void sampleIssue_reachesFiftyReadersWhole() throws Exception {
        send(Map.of("welcome", Path.of("src/main/resources/sample/welcome.md")));
    }

    @Test
    void everyRealIssueAndDraft_reachesFiftyReadersWhole() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(CORPUS), "The corpus of real issues is not beside the project");
        Map<String, Path> issues = new LinkedHashMap<>();
        for (String folder : List.of("issues", "drafts")) {
            try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
                files.sorted()
                        .forEach(file ->
                                issues.put(file.getFileName().toString().replaceFirst("\\.(md|markdown)$", ""), file));
            }
        }
        assertThat(issues).hasSizeGreaterThan(40);
        send(issues);
    }

    private void send(Map<String, Path> issues) throws Exception {
        Newsroom newsroom = new Newsroom();
        readers.active(newsroom.newsletter(), READERS);
        Map<String, Long> campaigns = new LinkedHashMap<>();
        for (Map.Entry<String, Path> issue : issues.entrySet()) {
            newsroom.put(issue.getKey(), Files.readString(issue.getValue()));
            String path = "/api/newsletters/" + newsroom.newsletter() + "/issues/" + issue.getKey();
            for (String view : List.of("content.html", "email.html", "email.txt", "email.eml")) {
                editor().get(path + "/" + view).then().statusCode(200);
            }
            acceptWhatBlocks(path);
            newsroom.publish(issue.getKey());
            campaigns.put(issue.getKey(), newsroom.start(issue.getKey(), "{}"));
        }
        for (Map.Entry<String, Long> campaign : campaigns.entrySet()) {
            assertThat(awaitState(campaign.getValue(), "DONE").getInt("counts.sent"))
                    .as(campaign.getKey())
                    .isEqualTo(READERS);
        }
        check(newsroom, issues.size());
    }

    /** Drafts, and some published issues, hold what preflight would not let out. */
    private static void acceptWhatBlocks(String path) {
        List<String> blocking = editor().get(path).jsonPath().getList("findings.findAll { it.blocks != null }.id");
        for (String finding : blocking) {
            editor().contentType("application/json")
                    .body("{\"reason\": \"as it came\"}")
                    .post(path + "/findings/" + finding + "/accept")
                    .then()
                    .statusCode(200);
        }
    }

    private void check(Newsroom newsroom, int issues) throws Exception {
        List<Map<String, Object>> entries =
                editor().get("/outbox/messages").jsonPath().getList("");
        Set<String> messageIds = new HashSet<>();
        Map<String, Integer> mails = new HashMap<>();
        for (Map<String, Object> entry : entries) {
            String to = (String) entry.get("to");
            if (!to.endsWith("@" + newsroom.newsletter() + ".example")) {
                continue;
            }
            mails.merge(to, 1, Integer::sum);
            byte[] eml =
                    editor().get("/outbox/messages/" + entry.get("id") + ".eml").asByteArray();
            MimeMessage mail = parse(eml);
            String what = entry.get("subject") + " to " + to;
            assertThat(((InternetAddress) mail.getAllRecipients()[0]).getAddress())
                    .isEqualTo(to);
            assertThat(mail.getSubject()).isEqualTo(entry.get("subject"));
            assertThat(messageIds.add(mail.getMessageID()))
                    .as("a Message-ID of its own: " + what)
                    .isTrue();
            assertThat(mail.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
            assertThat(mail.getHeader("List-Id")).hasSize(1);
            String unsubscribe = mail.getHeader("List-Unsubscribe")[0].replaceAll("[<>\\s]", "");
            assertThat(unsubscribe).startsWith(TestDatabase.BASE_URL + "/unsubscribe/");

            MimeMultipart parts = (MimeMultipart) mail.getContent();
            assertThat(mail.isMimeType("multipart/alternative")).isTrue();
            assertThat(parts.getCount()).isEqualTo(2);
            assertThat(parts.getBodyPart(0).isMimeType("text/plain")).isTrue();
            assertThat(parts.getBodyPart(1).isMimeType("text/html")).isTrue();
            String text = (String) parts.getBodyPart(0).getContent();
            String html = (String) parts.getBodyPart(1).getContent();
            assertThat(text).as(what).contains(unsubscribe).doesNotContain("slot-");
            assertThat(html.length()).as(what).isLessThan(102_400);
            assertThat(html).doesNotContain("slot-");
            assertThat(Jsoup.parse(html).select("a[href]").eachAttr("href"))
                    .as(what)
                    .contains(unsubscribe);
        }
        assertThat(mails)
                .hasSize(READERS)
                .allSatisfy((to, count) -> assertThat(count).as(to).isEqualTo(issues));
    }

    private static MimeMessage parse(byte[] eml) throws IOException, jakarta.mail.MessagingException {
        for (String line : new String(eml, java.nio.charset.StandardCharsets.UTF_8).split("\r\n", -1)) {
            assertThat(line.length()).isLessThanOrEqualTo(998);
            assertThat(line).doesNotContain("\n");
        }
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(eml));
    }
}
