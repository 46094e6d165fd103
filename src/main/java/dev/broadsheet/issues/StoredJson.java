package dev.broadsheet.issues;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.broadsheet.events.ListedEvent;
import dev.broadsheet.preflight.Facts;
import dev.broadsheet.preflight.Finding;
import dev.broadsheet.rendering.Rendered;
import jakarta.persistence.AttributeConverter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of a revision that are stored as JSON text, which only this program reads. */
abstract class StoredJson<T> implements AttributeConverter<T, String> {

    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    private final TypeReference<T> type;

    private StoredJson(TypeReference<T> type) {
        this.type = type;
    }

    @Override
    public @Nullable String convertToDatabaseColumn(@Nullable T value) {
        try {
            return value == null ? null : JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public @Nullable T convertToEntityAttribute(@Nullable String json) {
        try {
            return json == null ? null : JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static class OfFindings extends StoredJson<List<Finding>> {
        OfFindings() {
            super(new TypeReference<>() {});
        }
    }

    static class OfReport extends StoredJson<List<FindingReport.Entry>> {
        OfReport() {
            super(new TypeReference<>() {});
        }
    }

    static class OfFacts extends StoredJson<Facts> {
        OfFacts() {
            super(new TypeReference<>() {});
        }
    }

    static class OfSections extends StoredJson<List<Rendered.RenderedSection>> {
        OfSections() {
            super(new TypeReference<>() {});
        }
    }

    static class OfEvents extends StoredJson<List<ListedEvent>> {
        OfEvents() {
            super(new TypeReference<>() {});
        }
    }
}
