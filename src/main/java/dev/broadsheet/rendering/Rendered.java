package dev.broadsheet.rendering;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An issue's source as readers will get it.
 *
 * @param contentHtml the content alone, safe to put into a page
 * @param mailHtml a whole mail document, CSS inlined, recipient slots as tags of {@code slots}
 * @param mailText its plain twin, with the same slots
 * @param sections those that readers can choose among, in order, and where each stands in the three texts; one that
 *     raw HTML holds together with other text, such as a quote, is not among them
 * @param uncutBytes of the mail's HTML with a reader's links, had nothing been cut
 * @param cutAt where the text was too large for one mail: the heading that begins what stands on the web alone,
 *     or that text's first words
 */
public record Rendered(
        String contentHtml,
        String mailHtml,
        String mailText,
        Slots slots,
        List<RenderedSection> sections,
        int uncutBytes,
        @Nullable String cutAt) {

    /**
     * A section of the second or third level; one of the third lies within that of the second before it.
     *
     * @param id as {@link Section#id}
     * @param content where it stands in {@code contentHtml}, {@code mail} and {@code text} likewise; a range is empty
     *     where the mail was cut before it
     */
    public record RenderedSection(String id, int level, String title, Range content, Range mail, Range text) {}

    /** Characters of a text, the end not included. */
    public record Range(int start, int end) {}

    /** The same without some sections, cut out as characters: nothing is parsed or rendered again. */
    public Rendered without(Collection<String> sectionIds) {
        return new Rendered(
                without(contentHtml, sections, sectionIds, RenderedSection::content),
                without(mailHtml, sections, sectionIds, RenderedSection::mail),
                without(mailText, sections, sectionIds, RenderedSection::text),
                slots,
                List.of(),
                uncutBytes,
                cutAt);
    }

    /** One of the three texts without some of its sections. @param where they stand in it */
    public static String without(
            String text,
            List<RenderedSection> sections,
            Collection<String> sectionIds,
            Function<RenderedSection, Range> where) {
        List<RenderedSection> cut = new ArrayList<>();
        for (RenderedSection section : sections) {
            boolean isWithinLast = !cut.isEmpty()
                    && section.content().end()
                            <= cut.get(cut.size() - 1).content().end();
            if (sectionIds.contains(section.id()) && !isWithinLast) {
                cut.add(section);
            }
        }
        return cut(text, cut.stream().map(where).toList());
    }

    private static String cut(String text, List<Range> ranges) {
        StringBuilder kept = new StringBuilder(text.length());
        int from = 0;
        for (Range range : ranges) {
            if (range.end() > range.start()) {
                kept.append(text, from, range.start());
                from = range.end();
            }
        }
        return kept.append(text, from, text.length()).toString();
    }
}
