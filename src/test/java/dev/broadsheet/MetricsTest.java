package dev.broadsheet;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What {@code /q/metrics} shows, and that what is made of it under {@code deploy} speaks of nothing else. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class MetricsTest {

    private static final Path DASHBOARD = Path.of("deploy/grafana/broadsheet.json");
    private static final Path ALERTS = Path.of("deploy/prometheus/alerts.yaml");

    /** Names in PromQL, and not what stands in quotes, in braces or in brackets, or is a function or a keyword. */
    private static final Pattern BESIDE = Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(by|on)\\s*\\([^)]*\\)");

    private static final Pattern NAME = Pattern.compile("\\b[a-z][a-z0-9_:]*\\b(?!\\s*\\()");
    private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "sum", "max", "min");

    /** Made by the package that receives feedback. */
    private static final String OF_FEEDBACK = "broadsheet_feedback_";

    /** Prometheus's own. */
    private static final String OF_PROMETHEUS = "up";

    @Inject
    Readers readers;

    private static String metrics() {
        return given().get("/q/metrics").then().statusCode(200).extract().asString();
    }

    private static Set<String> shown(String metrics) {
        return metrics.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(String expression) {
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(BESIDE.matcher(expression).replaceAll(" "));
        while (name.find()) {
            if (!KEYWORDS.contains(name.group())) {
                names.add(name.group());
            }
        }
        return names;
    }

    private void assertShown(List<String> expressions) {
        String slug = Api.newsletter();
        readers.pending(slug, Readers.address()); // some are there from the first sign-up on
        Set<String> shown = shown(metrics());
        assertThat(expressions).isNotEmpty().allSatisfy(expression -> {
            assertThat(names(expression)).as(expression).isNotEmpty();
            assertThat(names(expression))
                    .as(expression)
                    .allMatch(
                            name -> shown.contains(name) || name.startsWith(OF_FEEDBACK) || name.equals(OF_PROMETHEUS));
        });
    }

    @Test
    void dashboard_everyPanel_speaksOfMetricsThatAreShown() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(Files.readString(DASHBOARD));
        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        assertThat(dashboard.findValuesAsText("id").stream().distinct().count())
                .isEqualTo(dashboard.at("/panels").size());
        dashboard.at("/panels").forEach(panel -> {
            if (!panel.get("type").asText().equals("row")) {
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
                assertThat(panel.get("description").asText()).isNotBlank();
                assertThat(panel.get("targets")).isNotEmpty();
            }
        });
        assertShown(dashboard.findValuesAsText("expr"));
    }

    @Test
    @SuppressWarnings("unchecked")
    void alerts_everyOne_speaksOfMetricsThatAreShown_andSaysWhatToDo() throws IOException {
        Map<String, List<Map<String, List<Map<String, Object>>>>> file = new Yaml().load(Files.readString(ALERTS));
        List<Map<String, Object>> rules = file.get("groups").stream()
                .flatMap(group -> group.get("rules").stream())
                .toList();
        assertThat(rules).hasSize(8).allSatisfy(rule -> {
            assertThat(rule).containsKeys("alert", "expr", "for", "labels");
            assertThat((Map<String, String>) rule.get("annotations")).containsOnlyKeys("summary", "description");
        });
        assertShown(rules.stream().map(rule -> (String) rule.get("expr")).toList());
    }

    @Test
    void names_ofAnExpression_areThoseOfMetricsAlone() {
        assertThat(
                        names(
                                "sum by (job, a) (rate(one_total{x=\"two\"}[5m])) / on (job) clamp_min(three, 1) > 4 or vector(0)"))
                .containsExactly("one_total", "three");
    }

    @Test
    void metrics_holdNoAddress() {
        String slug = Api.newsletter();
        String email = Readers.address();
        readers.active(slug, email);
        assertThat(metrics()).doesNotContain(email).doesNotContain("@").contains("broadsheet_delivery_queued 0.0");
    }

    @Test
    void suppressionsAndSubscriptions_areShownAsTheDatabaseHasThem() {
        readers.active(Api.newsletter(), Readers.address());
        await().atMost(Duration.ofSeconds(20)) // they are looked at every ten seconds
                .untilAsserted(() -> assertThat(metrics()
                                .lines()
                                .filter(line -> line.startsWith("broadsheet_subscriptions_active "))
                                .map(line -> Double.parseDouble(line.split(" ")[1])))
                        .singleElement()
                        .satisfies(active -> assertThat(active).isPositive()));
        assertThat(metrics()).containsPattern("broadsheet_suppressions\\{reason=\"BOUNCED\"} \\d");
    }
}
