package dev.broadsheet.issues;

import static dev.broadsheet.Api.editor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class FindingDecisionTest {

    private static final String TODAY = "Title: Five\nDate: 2026-03-25\n\n";
    private static final String THREAD = "<small>[Discuss](REDDIT_LINK_HERE)</small>\n";
    private static final String CONFLICT = "<<<<<<< mine\n";

    @Inject
    Rows rows;

    private String newsletter;
    private String issue;

    @BeforeEach
    void newIssue() {
        newsletter = Api.newsletter();
        issue = "/api/newsletters/" + newsletter + "/issues/five";
    }

    private ValidatableResponse put(String source) {
        return editor().contentType("text/markdown")
                .body(source.getBytes(StandardCharsets.UTF_8))
                .put(issue)
                .then();
    }

    private String finding(String rule) {
        return editor().get(issue).then().extract().path("findings.find { it.rule == '" + rule + "' }.id");
    }

    private ValidatableResponse decide(String finding, String what) {
        return editor().contentType("application/json")
                .body("{\"reason\": \"the thread is late\"}")
                .post(issue + "/findings/" + finding + "/" + what)
                .then();
    }

    private ValidatableResponse publish() {
        return editor().post(issue + "/publish").then();
    }

    private ValidatableResponse campaign(String body) {
        return editor().contentType("application/json")
                .header("Idempotency-Key", Api.fresh("key"))
                .body(body)
                .post(issue + "/campaigns")
                .then();
    }

    private static String mailText(String issue) {
        return editor().get(issue + "/email.txt").asString();
    }

    @Test
    void publish_withAFindingThatBlocksIt_isRefused_untilItIsAccepted() {
        put(TODAY + "One.\n\n" + CONFLICT).statusCode(201);

        publish()
                .statusCode(409)
                .body("type", equalTo("findings-open"))
                .body("detail", containsString("line 6"))
                .body("findings", contains(finding("conflict-marker")));
        decide(finding("conflict-marker"), "accept")
                .statusCode(200)
                .body("findings.find { it.rule == 'conflict-marker' }.accepted", equalTo(true))
                .body("findings.find { it.rule == 'conflict-marker' }.decision.reason", equalTo("the thread is late"))
                .body("findings.find { it.rule == 'conflict-marker' }.decision.by", equalTo("admin"))
                .body("findings.find { it.rule == 'conflict-marker' }.decision.at", notNullValue());
        publish().statusCode(200);
    }

    @Test
    void publish_withAPlaceholder_isFine_butSendingIsNot_untilItsLineIsLeftOut() {
        put(TODAY + "One.\n\n" + THREAD).statusCode(201);
        publish().statusCode(200);

        campaign("{}").statusCode(409).body("type", equalTo("findings-open"));
        campaign("{\"acceptFindings\": [\"0000000000000000\"]}").statusCode(409);
        editor().contentType("application/json")
                .body("{}")
                .post(issue + "/campaigns?dryRun=true")
                .then()
                .statusCode(409);
        decide(finding("placeholder-link"), "leave-out").statusCode(200).body("revision", equalTo(1));
        campaign("{}").statusCode(202).body("revision", equalTo(1));
    }

    @Test
    void campaign_thatAcceptsAFinding_isPlanned_andTheFindingStaysAccepted() {
        put(TODAY + "One.\n\n" + THREAD).statusCode(201);
        publish().statusCode(200);

        campaign("{\"acceptFindings\": [\"" + finding("placeholder-link") + "\"]}")
                .statusCode(202);

        editor().get(issue).then().body("findings.find { it.rule == 'placeholder-link' }.accepted", equalTo(true));
    }

    @Test
    void leaveOut_ofAPublishedIssue_isMissingInTheMailAtOnce_andOnTheWebWhenPublishedAgain() {
        String web = "/n/" + newsletter + "/issues/five";
        put(TODAY + "One.\n\n" + THREAD).statusCode(201);
        publish().statusCode(200);

        decide(finding("placeholder-link"), "leave-out")
                .statusCode(200)
                .header("ETag", "\"1\"")
                .body("findings.find { it.rule == 'placeholder-link' }.decision.outcome", equalTo("LEFT_OUT"));

        assertThat(mailText(issue)).contains("One.").doesNotContain("Discuss");
        editor().get(issue + "/email.html").then().body(not(containsString("Discuss")));
        editor().get(issue + "/content.html").then().body(not(containsString("Discuss")));
        editor().get(web).then().statusCode(200).body(containsString("Discuss"));
        publish().statusCode(200).body("publishedRevision", equalTo(1));
        editor().get(web).then().statusCode(200).body(not(containsString("Discuss")));
    }

    @Test
    void leaveOut_isKeptForALaterRevisionWithTheSameText_andGoesWithAnother() {
        put(TODAY + "One.\n\n" + THREAD).statusCode(201);
        decide(finding("placeholder-link"), "leave-out").statusCode(200);

        put(TODAY + "One.\n\nTwo, added above.\n\n" + THREAD)
                .statusCode(200)
                .body("revision", equalTo(2))
                .body("findings.find { it.rule == 'placeholder-link' }.accepted", equalTo(true));
        assertThat(mailText(issue)).contains("Two").doesNotContain("Discuss");

        put(TODAY + "One.\n\n" + THREAD.replace("Discuss", "Talk")).statusCode(200);
        assertThat(mailText(issue)).contains("Talk");
        editor().get(issue).then().body("findings.find { it.rule == 'placeholder-link' }.accepted", equalTo(false));
    }

    @Test
    void leaveOut_ofAPlaceholderThatADefinitionHolds_takesTheLinesOfItsLinks() {
        put(TODAY + "One.\n\nDiscuss on [r/rust][reddit].\n\n[reddit]: REDDIT_LINK_HERE\n")
                .statusCode(201);
        publish().statusCode(200);
        campaign("{}").statusCode(409);

        decide(finding("placeholder-link"), "leave-out").statusCode(200);

        assertThat(mailText(issue)).contains("One.").doesNotContain("Discuss", "REDDIT");
        campaign("{}").statusCode(202);
    }

    @Test
    void leaveOut_whereReadersGetNothingOfIt_isRefused_andDecidesNothing() {
        put("Title: TITLE_HERE\nDate: 2026-03-25\n\nOne.\n\n<!-- open\n\n## Hidden\n\n<!-- note -->\n")
                .statusCode(201);

        decide(finding("comment-unclosed"), "leave-out").statusCode(409).body("type", equalTo("nothing-to-leave-out"));

        publish().statusCode(409).body("type", equalTo("findings-open"));
        assertThat(rows.texts("""
                        select d.outcome from finding_decision d join issue i on i.id = d.issue_id
                        join newsletter n on n.id = i.newsletter_id where n.slug = ?
                        """, newsletter)).isEmpty();
    }

    @Test
    void leaveOut_ofAllThereIs_leavesNoMailToSend() {
        put(TODAY + THREAD).statusCode(201);
        publish().statusCode(200);

        decide(finding("placeholder-link"), "leave-out")
                .statusCode(200)
                .body("findings.findAll { it.blocks != null && !it.accepted }.rule", contains("mail-unsendable"));

        campaign("{}").statusCode(409).body("type", equalTo("findings-open"));
    }

    @Test
    void leaveOut_settlesWhatElseIsFoundOnItsLines() {
        put(TODAY + "One.\n\n[Discuss](REDDIT_LINK_HERE) or [later](TWITTER_LINK_HERE)\n")
                .statusCode(201);
        publish().statusCode(200);
        decide(finding("placeholder-link"), "leave-out").statusCode(200);

        editor().get(issue)
                .then()
                .body("findings.findAll { it.rule == 'placeholder-link' }.accepted", contains(true, true));
        campaign("{}").statusCode(202);
    }

    @Test
    void accept_afterLeaveOut_putsTheLineBack() {
        put(TODAY + "One.\n\n" + THREAD).statusCode(201);
        decide(finding("placeholder-link"), "leave-out").statusCode(200);
        decide(finding("placeholder-link"), "accept").statusCode(200);

        assertThat(mailText(issue)).contains("Discuss");
        assertThat(rows.texts("""
                        select d.outcome from finding_decision d join issue i on i.id = d.issue_id
                        join newsletter n on n.id = i.newsletter_id where n.slug = ?
                        """, newsletter)).containsExactly("ACCEPTED");
    }

    @Test
    void put_theSameSourceAfterLeaveOut_keepsRevisionAndDecision() {
        put(TODAY + "One.\n\n" + THREAD).statusCode(201);
        decide(finding("placeholder-link"), "leave-out").statusCode(200);

        put(TODAY + "One.\n\n" + THREAD).statusCode(200).body("revision", equalTo(1));

        assertThat(mailText(issue)).doesNotContain("Discuss");
    }

    @Test
    void decide_withoutAReason_orAboutNothing_isRefused() {
        put(TODAY + "One.\n\n" + THREAD).statusCode(201);

        editor().contentType("application/json")
                .body("{\"reason\": \" \"}")
                .post(issue + "/findings/" + finding("placeholder-link") + "/accept")
                .then()
                .statusCode(400);
        editor().post(issue + "/findings/" + finding("placeholder-link") + "/accept")
                .then()
                .statusCode(400);
        decide("0123456789abcdef", "accept").statusCode(404).body("type", equalTo("not-found"));
    }

    @Test
    void rulesOff_ofTheNewsletter_findNothing_andAnUnknownOneIsRefused() {
        put(TODAY + "One.\n\n" + THREAD).statusCode(201).body("findings.rule", hasItem("placeholder-link"));
        String settings = """
                {"title": "T", "fromName": "E", "fromEmail": "editors@example.org", "rulesOff": ["%s"]}
                """;

        editor().contentType("application/json")
                .body(settings.formatted("placeholder-link"))
                .put("/api/newsletters/" + newsletter)
                .then()
                .statusCode(200)
                .body("rulesOff", contains("placeholder-link"));

        editor().get(issue).then().body("findings", empty());
        publish().statusCode(200);
        campaign("{}").statusCode(202);
        editor().contentType("application/json")
                .body(settings.formatted("no-such-rule"))
                .put("/api/newsletters/" + newsletter)
                .then()
                .statusCode(400)
                .body("detail", containsString("no-such-rule"));
    }

    @Test
    void put_dryRun_hasTheFindings_andStoresNothing() {
        editor().contentType("text/markdown")
                .body(TODAY + CONFLICT)
                .put(issue + "?dryRun=true")
                .then()
                .statusCode(201)
                .body("findings.rule", hasItem("conflict-marker"));

        editor().get(issue).then().statusCode(404);
    }
}
