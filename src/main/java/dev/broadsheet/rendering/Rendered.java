package dev.broadsheet.rendering;

/**
 * An issue's source as readers will get it.
 *
 * @param contentHtml the content alone, safe to put into a page
 * @param mailHtml a whole mail document, CSS inlined, recipient slots as tags of {@code slots}
 * @param mailText its plain twin, with the same slots
 */
public record Rendered(FrontMatter frontMatter, String contentHtml, String mailHtml, String mailText, Slots slots) {}
