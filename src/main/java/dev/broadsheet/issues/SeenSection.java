package dev.broadsheet.issues;

import dev.broadsheet.rendering.Rendered.RenderedSection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A section that readers may choose, since recent issues had it.
 *
 * @param id the same in every issue that has it
 * @param parts of the third level; none of them has parts
 */
public record SeenSection(String id, String title, List<SeenSection> parts) {

    /** @param issues sections of issues, the newest first: whose order and titles count */
    static List<SeenSection> of(List<List<RenderedSection>> issues) {
        Map<String, SeenSection> seen = new LinkedHashMap<>();
        for (List<RenderedSection> sections : issues) {
            SeenSection above = null;
            for (RenderedSection section : sections) {
                SeenSection found = new SeenSection(section.id(), section.title(), new ArrayList<>());
                if (section.level() == 2 || above == null) {
                    seen.putIfAbsent(section.id(), found);
                    above = section.level() == 2 ? seen.get(section.id()) : null;
                } else if (above.parts.stream().noneMatch(part -> part.id.equals(section.id()))) {
                    above.parts.add(found);
                }
            }
        }
        return List.copyOf(seen.values());
    }
}
