package dev.broadsheet.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** Who holds an event. @param url http or https; null where the line has none that can be followed */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Organiser(String name, @Nullable String url) {}
