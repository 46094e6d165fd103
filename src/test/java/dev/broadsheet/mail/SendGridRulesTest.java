package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fake refuses what SendGrid would refuse: otherwise its tests prove nothing. */
class SendGridRulesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Map.Entry<String, Consumer<ObjectNode>>> faults() {
        return Stream.of(
                Map.entry("from", request -> request.remove("from")),
                Map.entry("personalizations", request -> request.remove("personalizations")),
                Map.entry("integer", request -> first(request).put("send_at", "tomorrow")),
                Map.entry("boolean", request -> request.putObject("mail_settings")
                        .putObject("sandbox_mode")
                        .put("enable", "yes")),
                Map.entry("subject", request -> request.remove("subject")),
                Map.entry("content", request -> request.remove("content")),
                Map.entry("text/plain must be first", request -> {
                    ArrayNode content = (ArrayNode) request.path("content");
                    content.add(content.remove(0));
                }),
                Map.entry(
                        "reserved header",
                        request -> first(request).withObject("/headers").put("reply-to", "x@y.example")),
                Map.entry("twice", request -> ((ArrayNode) first(request).path("to"))
                        .add(first(request).at("/to/0").deepCopy())),
                Map.entry("a name with", request -> ((ObjectNode) first(request).at("/to/0"))
                        .put("name", "Lovelace, Ada")),
                Map.entry(
                        "over 10,000 bytes",
                        request -> first(request).withObject("/custom_args").put("x", "x".repeat(10_000))),
                Map.entry(
                        "string",
                        request -> first(request).withObject("/substitutions").put("tag-tag", 7)),
                Map.entry("outside", request -> request.putObject("substitutions")),
                Map.entry(
                        "is not replaced",
                        request -> first(request).withObject("/headers").put("X-Url", Mails.TAG)),
                Map.entry("1001", request -> {
                    ArrayNode all = (ArrayNode) request.path("personalizations");
                    while (all.size() < 1_001) {
                        all.add(all.get(0).deepCopy());
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void request_withAFault_isRefused(Map.Entry<String, Consumer<ObjectNode>> fault) throws Exception {
        ObjectNode request = request();
        fault.getValue().accept(request);

        assertThat(SendGridRules.check(request, 1_000)).anyMatch(found -> found.contains(fault.getKey()));
    }

    @Test
    void request_asItIsMade_isTaken() throws Exception {
        assertThat(SendGridRules.check(request(), 1_000)).isEmpty();
    }

    private static ObjectNode first(ObjectNode request) {
        return (ObjectNode) request.at("/personalizations/0");
    }

    private static ObjectNode request() throws Exception {
        return (ObjectNode) JSON.readTree(Mails.sendGridRequest(Mails.recipient("ada@example.org")));
    }
}
