package dev.broadsheet;

import static io.restassured.RestAssured.given;

import io.restassured.specification.RequestSpecification;
import java.util.concurrent.atomic.AtomicInteger;

/** What most tests over HTTP begin with. Names are new each time, so that tests may run in any order. */
public final class Api {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private Api() {}

    /** A call with the admin's token. */
    public static RequestSpecification editor() {
        return given().header("Authorization", "Bearer " + TestDatabase.TOKEN);
    }

    /** A name that no other test uses. */
    public static String fresh(String prefix) {
        return prefix + "-" + COUNT.incrementAndGet();
    }

    /** Makes a newsletter of its own for a test and says its slug. */
    public static String newsletter() {
        String slug = fresh("weekly");
        editor().contentType("application/json")
                .body("""
                        {"title": "Weekly %s", "fromName": "The Editors", "fromEmail": "editors@example.org",
                         "postalAddress": "1 Main Street"}
                        """.formatted(slug))
                .put("/api/newsletters/" + slug)
                .then()
                .statusCode(201);
        return slug;
    }
}
