package dev.broadsheet.subscribers;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.suppression.Suppressions;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SubscriberResourceTest {

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Inject
    Suppressions suppressions;

    private static String path(String slug) {
        return "/api/newsletters/" + slug + "/subscribers";
    }

    private static RequestSpecification json(String body) {
        return editor().contentType("application/json").body(body);
    }

    @Test
    void add_byHand_isStillDoubleOptIn() {
        String slug = Api.newsletter();
        String email = Readers.address();
        json("{\"email\": \"%s\", \"name\": \"Ada\"}".formatted(email))
                .post(path(slug))
                .then()
                .statusCode(202);
        readers.awaitSignUps(slug);
        assertThat(readers.state(slug, email)).isEqualTo("PENDING");
        assertThat(readers.confirmations(email)).isEqualTo(1);
        assertThat(readers.consent(readers.subscriptionId(slug, email))).containsExactly("ASKED EDITOR");
        editor().get(path(slug))
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].email", equalTo(email))
                .body("items[0].name", equalTo("Ada"))
                .body("items[0].state", equalTo("PENDING"))
                .body("items[0].pausedUntil", nullValue())
                .body("items[0].subscribedAt", notNullValue())
                .body("items[0].confirmedAt", nullValue())
                .body("items[0].unsubscribedAt", nullValue())
                .body("next", nullValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"email\": null}",
                "{\"email\": \"ada\"}",
                "{\"email\": \"ada@example.org\\r\\nBcc: eve@example.org\"}",
                "{\"email\": \"ada@example.org\", \"name\": \"Ada\\r\\nBcc: eve@example.org\"}",
                "{\"email\": \"ada@example.org\", \"state\": \"ACTIVE\"}",
                "{\"email\": ["
            })
    void add_badBody_isRefusedAndNothingIsWritten(String body) {
        String slug = Api.newsletter();
        var before = rows.readers();
        json(body).post(path(slug)).then().statusCode(400).contentType("application/problem+json");
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void list_filtersByTextAndState_andOnlyOfTheNewsletter() {
        String slug = Api.newsletter();
        String other = Api.newsletter();
        importOf(slug, """
                email,name,state
                ada.%1$s@example.org,Ada Lovelace,ACTIVE
                bob_%1$s@Example.org,Bob 100%%,UNSUBSCRIBED
                bobx%1$s@example.org,,ACTIVE
                """.formatted(slug));
        importOf(other, "email\neve." + slug + "@example.org\n");
        editor().get(path(slug)).then().body("items", hasSize(3));
        editor().get(path(slug) + "?state=UNSUBSCRIBED")
                .then()
                .body("items.email", contains("bob_" + slug + "@Example.org"));
        editor().queryParam("query", "LOVELACE").get(path(slug)).then().body("items", hasSize(1));
        editor().queryParam("query", "bob_").get(path(slug)).then().body("items", hasSize(1));
        editor().queryParam("query", "%").get(path(slug)).then().body("items", hasSize(1));
        editor().queryParam("query", "\\")
                .get(path(slug))
                .then()
                .statusCode(200)
                .body("items", hasSize(0));
        editor().queryParam("query", "' or 1=1 --").get(path(slug)).then().body("items", hasSize(0));
        editor().queryParam("query", "EXAMPLE.ORG").get(path(slug)).then().body("items", hasSize(3));
    }

    /** More rows than one look takes in: the common, the rare and what no index finds. */
    @Test
    void list_longerThanOneLook_showsEachOnce_howeverManyMatch() {
        String slug = Api.newsletter();
        int rows = 11_500;
        StringBuilder csv = new StringBuilder("email,name,sections\n");
        for (int i = 0; i < rows; i++) {
            String name =
                    i % 2_500 == 2_400 ? "Rarity" : i == rows - 1 ? "zq" : i > 4_000 && i < 9_500 ? "Cluster" : "";
            csv.append("r%d@%s.example,%s,%s\n".formatted(i, slug, name, i == 11_200 ? "\"[\"\"Jobs\"\"]\"" : ""));
        }
        importOf(slug, csv.toString());
        assertThat(walk(slug, "query", slug.toUpperCase() + ".exam", 1000)).hasSize(rows);
        assertThat(walk(slug, "query", "rarity", 2)).hasSize(4);
        assertThat(walk(slug, "query", "cluster", 1000)).hasSize(5_497);
        assertThat(walk(slug, "query", "zq", 100)).containsExactly("r11499@" + slug + ".example");
        assertThat(walk(slug, "query", "r11499@", 100)).containsExactly("r11499@" + slug + ".example");
        assertThat(walk(slug, "section", "Jobs", 100)).containsExactly("r11200@" + slug + ".example");
        assertThat(walk(slug, "state", "ACTIVE", 1000)).hasSize(rows);
        assertThat(walk(slug, "state", "PENDING", 1000)).isEmpty();
        for (String both : List.of("&section=Jobs", "&state=ACTIVE&subscribedAfter=2020-01-01")) {
            assertThat(walk(slug + both, "query", "r11200@", 100)).containsExactly("r11200@" + slug + ".example");
            assertThat(walk(slug + both, "query", slug + ".example", 1000)).hasSize(both.contains("Jobs") ? 1 : rows);
        }
        assertThat(walk(slug + "&state=ACTIVE", "query", "rarity", 2)).hasSize(4);
        assertThat(walk(slug + "&state=ACTIVE", "query", "zq", 100)).hasSize(1);
        assertThat(walk(slug + "&state=PENDING", "query", "zq", 100)).isEmpty();
    }

    /** Every page; nobody twice. @param slug and further parameters */
    private static List<String> walk(String slug, String parameter, String value, int limit) {
        List<String> all = new ArrayList<>();
        String[] parts = slug.split("&", 2);
        String after = "";
        while (after != null) {
            var page = editor().queryParam(parameter, value)
                    .queryParam("limit", limit)
                    .queryParam("after", after)
                    .get(path(parts[0]) + (parts.length > 1 ? "?" + parts[1] : ""))
                    .then()
                    .statusCode(200)
                    .extract();
            all.addAll(page.path("items.email"));
            after = page.path("next");
        }
        assertThat(all).doesNotHaveDuplicates();
        return all;
    }

    @Test
    void list_byCursor_showsEachOnce() {
        String slug = Api.newsletter();
        importOf(slug, "email\na.%1$s@example.org\nb.%1$s@example.org\nc.%1$s@example.org\n".formatted(slug));
        String next = editor().get(path(slug) + "?limit=2")
                .then()
                .body("items", hasSize(2))
                .body("next", notNullValue())
                .extract()
                .path("next");
        editor().get(path(slug) + "?limit=2&after=" + next)
                .then()
                .body("items", hasSize(1))
                .body("next", nullValue());
        for (String bad : new String[] {"limit=0", "limit=1001", "after=x", "state=GONE"}) {
            editor().get(path(slug) + "?" + bad).then().statusCode(400).contentType("application/problem+json");
        }
    }

    @Test
    void list_bySectionAndTime_showsWhoChoseItAndWhenTheySubscribed() {
        String slug = Api.newsletter();
        importOf(slug, """
                email,subscribed_at,sections
                a.%1$s@example.org,2024-01-01T10:00:00Z,"[""News"",""Jobs, paid""]"
                b.%1$s@example.org,2024-01-02T10:00:00Z,"[""News""]"
                c.%1$s@example.org,2024-01-03T10:00:00Z,
                """.formatted(slug));
        editor().queryParam("section", "News").get(path(slug)).then().body("items", hasSize(2));
        editor().queryParam("section", "Jobs, paid").get(path(slug)).then().body("items", hasSize(1));
        editor().queryParam("section", "News")
                .queryParam("subscribedAfter", "2024-01-02")
                .get(path(slug))
                .then()
                .body("items.email", contains("b." + slug + "@example.org"));
        editor().queryParam("subscribedBefore", "2024-01-03T10:00:00Z")
                .get(path(slug))
                .then()
                .body("items", hasSize(2));
        editor().queryParam("subscribedAfter", "yesterday")
                .get(path(slug))
                .then()
                .statusCode(400);
    }

    @Test
    void export_importedElsewhere_losesNothing() {
        String slug = Api.newsletter();
        String email = slug + "@example.org";
        importOf(slug, """
                email,name,state,subscribed_at,confirmed_at,confirmed_ip,unsubscribed_at,paused_until,sections,subscribed_ip
                a.%1$s,"Ada, the ""first""\",ACTIVE,2024-01-01T10:00:00.123456Z,2024-01-01T11:00:00Z,192.0.2.1,,2030-01-01,"[""a,b"",""=c""]",192.0.2.9
                b.%1$s,"'=1+1",UNSUBSCRIBED,2024-01-01,2024-01-02,2001:db8::1,2024-02-01T00:00:00.5Z,,
                f.%1$s,＝1;\u202E😀,ACTIVE,2024-01-01,2024-01-02,,,,
                c.%1$s,'''=2,PENDING,2024-01-01,,,,,
                d.%1$s,,PENDING,2024-01-01,,,2023-01-01,,
                +e.%1$s,,ACTIVE,2024-01-01,2024-01-02,,,,
                """.formatted(email));
        String csv = editor().get(path(slug) + ".csv")
                .then()
                .statusCode(200)
                .contentType("text/csv;charset=UTF-8")
                .header("Content-Disposition", containsString("attachment"))
                .extract()
                .asString();
        assertThat(csv.lines().findFirst().orElseThrow())
                .isEqualTo("email,name,state,subscribed_at,subscribed_ip,confirmed_at,confirmed_ip,unsubscribed_at,"
                        + "paused_until,sections,suppressed");
        assertThat(csv)
                .contains("\n'+e." + email + ",,ACTIVE,")
                .contains(",'=1+1,")
                .contains(",'＝1;")
                .contains(",'''=2,");
        String state = """
                select p.email || coalesce(p.name, '')
                  || (to_jsonb(s) - '{id,newsletter_id,subscriber_id}'::text[])::text
                  || coalesce((select string_agg(host(ip), ',') from consent_record where subscription_id = s.id), '')
                from subscription s join subscriber p on p.id = s.subscriber_id where s.newsletter_id = ? order by s.id
                """;
        List<String> before = rows.texts(state, readers.newsletterId(slug));
        assertThat(before).hasSize(6);

        String other = Api.newsletter();
        // as if it were another installation: nobody of them is here
        rows.run(
                "update subscriber set email_key = id || '@gone.example', email = 'gone', name = 'gone'"
                        + " where email like ?",
                "%" + email);
        importOf(other, csv);
        assertThat(rows.texts(state, readers.newsletterId(other))).isEqualTo(before);
        assertThat(rows.number("select count(*) from single_mail where recipient like ?", "%" + email))
                .isZero();
        String again = editor().get(path(other) + ".csv").asString();
        assertThat(again).isEqualTo(csv);
        assertThat(editor().get(path(other) + ".csv?state=UNSUBSCRIBED")
                        .asString()
                        .lines())
                .hasSize(2);
        editor().get(path(other) + ".csv?state=GONE").then().statusCode(400);
        given().get(path(other) + ".csv").then().statusCode(401);
    }

    @Test
    void export_suppressedAddress_isSuppressedWhereItIsImported() {
        String slug = Api.newsletter();
        String email = Readers.address();
        importOf(slug, "email\n" + email + "\n");
        EmailAddress address = EmailAddress.parse(email).orElseThrow();
        suppressions.suppress(address, readers.newsletterId(slug), Suppressions.Reason.COMPLAINED);
        String csv = editor().get(path(slug) + ".csv").asString();
        assertThat(csv).contains(",COMPLAINED\n");
        String other = Api.newsletter();
        for (int again = 0; again < 2; again++) {
            editor().contentType("text/csv")
                    .body(csv)
                    .post("/api/newsletters/" + other + "/imports?dryRun=true")
                    .then()
                    .body("read", equalTo(1))
                    .body("added", equalTo(1 - again))
                    .body("changed", equalTo(0))
                    .body("unchanged", equalTo(again))
                    .body("suppressed", equalTo(1 - again));
            importOf(other, csv);
        }
        assertThat(suppressions.isSuppressed(address, readers.newsletterId(other)))
                .isTrue();
        assertThat(rows.number(
                        "select count(*) from mailable_subscription where newsletter_id = ?",
                        readers.newsletterId(other)))
                .isZero();
        assertThat(editor().get(path(other) + ".csv").asString()).isEqualTo(csv);
        editor().get("/api/newsletters/" + other + "/imports")
                .then()
                .body("items.added", contains(0, 0, 1, 1))
                .body("items.unchanged", contains(1, 1, 0, 0))
                .body("items.suppressed", contains(0, 0, 1, 1));
    }

    @Test
    void unsubscribe_byHand_leavesWithProof_andAgainIsHarmless() {
        String slug = Api.newsletter();
        String email = Readers.address();
        long id = readers.active(slug, email);
        for (int i = 0; i < 2; i++) {
            editor().post(path(slug) + "/" + id + "/unsubscribe")
                    .then()
                    .statusCode(200)
                    .body("state", equalTo("UNSUBSCRIBED"))
                    .body("unsubscribedAt", notNullValue());
        }
        assertThat(readers.consent(id)).endsWith("CONFIRMED LINK", "UNSUBSCRIBED EDITOR");
    }

    @Test
    void unsubscribe_ofAnotherNewsletter_isNotFoundAndNothingIsWritten() {
        String slug = Api.newsletter();
        long id = readers.active(slug, Readers.address());
        String other = Api.newsletter();
        var before = rows.readers();
        editor().post(path(other) + "/" + id + "/unsubscribe").then().statusCode(404);
        editor().post(path(slug) + "/999999999/unsubscribe").then().statusCode(404);
        editor().post(path(slug) + "/x/unsubscribe").then().statusCode(404);
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void anyCall_unknownNewsletter_isNotFound_andWithoutTokenUnauthorized() {
        editor().get(path("nobody")).then().statusCode(404);
        json("{\"email\": \"a@example.org\"}").post(path("nobody")).then().statusCode(404);
        editor().post(path("nobody") + "/1/unsubscribe").then().statusCode(404);
        String slug = Api.newsletter();
        var before = rows.readers();
        given().get(path(slug)).then().statusCode(401);
        given().contentType("application/json")
                .body("{\"email\": \"a@example.org\"}")
                .post(path(slug))
                .then()
                .statusCode(401);
        given().post(path(slug) + "/1/unsubscribe").then().statusCode(401);
        assertThat(rows.readers()).isEqualTo(before);
    }

    private static void importOf(String slug, String csv) {
        editor().contentType("text/csv")
                .body(csv.getBytes(StandardCharsets.UTF_8))
                .post("/api/newsletters/" + slug + "/imports")
                .then()
                .statusCode(202)
                .body("refused", equalTo(0));
    }
}
