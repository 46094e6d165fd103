package dev.broadsheet.mail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What SendGrid takes: its OpenAPI description as a JSON Schema, and the documented limits that it leaves out. */
final class SendGridRules {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchema SCHEMA = schema();

    private static final Set<String> RESERVED = Set.of(
            "x-sg-id",
            "x-sg-eid",
            "received",
            "dkim-signature",
            "content-type",
            "content-transfer-encoding",
            "to",
            "from",
            "subject",
            "reply-to",
            "cc",
            "bcc");

    private SendGridRules() {}

    private static JsonSchema schema() {
        try (InputStream in = SendGridRules.class.getResourceAsStream("/sendgrid/tsg_mail_v3.json")) {
            // OpenAPI's schemas are what JSON Schema calls definitions
            JsonNode openApi = JSON.readTree(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("#/components/schemas/", "#/$defs/"));
            ObjectNode schema =
                    (ObjectNode) openApi.at("/components/requestBodies/PostMailSend/content/application~1json/schema");
            schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
            schema.set("$defs", openApi.at("/components/schemas"));
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return what is wrong; empty where SendGrid would take it */
    static List<String> check(JsonNode request, int bytes) {
        List<String> faults = new ArrayList<>();
        SCHEMA.validate(request).forEach(fault -> faults.add(fault.getMessage()));
        must(bytes < 30_000_000, "message over 30 MB", faults);
        must(!request.has("substitutions"), "substitutions outside a personalization", faults);
        must(!request.path("subject").asText("").isEmpty(), "no subject", faults);
        headers(request, faults);
        content(request.path("content"), faults);
        int recipients = 0;
        for (JsonNode personalization : request.path("personalizations")) {
            recipients += personalization(personalization, faults);
        }
        must(recipients >= 1 && recipients <= 1_000, recipients + " recipients", faults);
        return faults;
    }

    private static void content(JsonNode content, List<String> faults) {
        must(!content.isEmpty(), "no content", faults);
        for (JsonNode part : content) {
            must(!part.path("value").asText("").isEmpty(), "empty content", faults);
        }
        if (content.size() > 1) {
            must(
                    content.at("/0/type").asText().equals("text/plain")
                            && content.at("/1/type").asText().equals("text/html"),
                    "text/plain must be first, followed by text/html",
                    faults);
        }
    }

    private static int personalization(JsonNode one, List<String> faults) {
        Set<String> addresses = new HashSet<>();
        int recipients = 0;
        for (String field : List.of("to", "cc", "bcc")) {
            for (JsonNode address : one.path(field)) {
                recipients++;
                must(
                        addresses.add(address.path("email").asText().toLowerCase(Locale.ROOT)),
                        "an address twice in a personalization",
                        faults);
                must(!address.path("name").asText("").matches(".*[;,].*"), "a name with ; or , in it", faults);
            }
        }
        headers(one, faults);
        values(one.path("substitutions"), "substitutions", faults);
        values(one.path("custom_args"), "custom_args", faults);
        one.path("substitutions").fieldNames().forEachRemaining(tag -> {
            must(!one.path("headers").toString().contains(tag), "a tag in a header is not replaced", faults);
            must(!tag.contains(" "), "a space in a tag", faults);
        });
        return recipients;
    }

    private static void values(JsonNode values, String name, List<String> faults) {
        int bytes = 0;
        for (var fields = values.fields(); fields.hasNext(); ) {
            var field = fields.next();
            must(field.getValue().isTextual(), name + " must be strings", faults);
            bytes += (field.getKey() + field.getValue().asText()).getBytes(StandardCharsets.UTF_8).length;
        }
        must(bytes <= 10_000, name + " over 10,000 bytes", faults);
    }

    private static void headers(JsonNode holder, List<String> faults) {
        holder.path("headers").fields().forEachRemaining(header -> {
            must(
                    !RESERVED.contains(header.getKey().toLowerCase(Locale.ROOT)),
                    "reserved header " + header.getKey(),
                    faults);
            must(header.getValue().isTextual(), "a header that is no string", faults);
        });
    }

    private static void must(boolean holds, String otherwise, List<String> faults) {
        if (!holds) {
            faults.add(otherwise);
        }
    }
}
