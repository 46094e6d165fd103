package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import org.commonmark.node.Image;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.jspecify.annotations.Nullable;

/**
 * A link or a picture of an issue.
 *
 * @param node the Markdown link or image, or the raw HTML that holds it
 * @param address as the parser understood it, without spaces at its ends
 * @param place where the address stands: for {@code [text][name]}, the line that defines the name
 * @param item the list item around it
 * @param name for {@code [text][name]} and {@code [name]}, the name
 * @param alt of a picture in raw HTML, empty where it has none; null for all else
 */
record Hyperlink(
        Node node,
        String address,
        Place place,
        @Nullable ListItem item,
        @Nullable String name,
        @Nullable String alt) {

    boolean isImage() {
        return node instanceof Image || alt != null;
    }

    /** What readers see of it. */
    String text() {
        return alt == null ? Manuscript.text(node) : alt;
    }
}
