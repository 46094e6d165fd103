package dev.broadsheet.preflight;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What later issues want to know of one; small, and kept as JSON.
 *
 * @param paragraphs for each section by its id, what stands below its heading: a short hash for each paragraph,
 *     {@code "*"} for anything else
 * @param communityLinks addresses of the items of the community's part, as {@link Address#key} writes them
 * @param references names that links of the form {@code [text][name]} or {@code [name]} use
 * @param discussion address of the discussion
 * @param windowFrom first day that the events cover
 * @param places of events: what follows a city's name
 * @param isDated whether its front matter has a date
 */
public record Facts(
        Map<String, List<String>> paragraphs,
        List<String> communityLinks,
        List<String> references,
        @Nullable String discussion,
        @Nullable LocalDate windowFrom,
        @Nullable LocalDate windowTo,
        Map<String, String> places,
        boolean isDated) {}
