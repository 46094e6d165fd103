package dev.broadsheet.rendering;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a short mail to one person says: plain text all of it, escaped where it becomes HTML.
 *
 * @param newsletterTitle stands above it
 * @param language BCP 47, such as {@code en}
 * @param heading also the title of the HTML document
 * @param paragraphs before the button
 * @param button the one thing the mail asks for, or null
 * @param links what else a reader may want, at the foot
 * @param smallPrint lines at the foot: why this mail came, a postal address
 */
public record Letter(
        String newsletterTitle,
        String language,
        String heading,
        List<String> paragraphs,
        @Nullable Button button,
        List<String> smallPrint,
        List<Link> links) {

    /**
     * @param label such as "Confirm my subscription"
     * @param url absolute; it also stands in full below the button and in the text
     * @param otherwise words above the address in full, such as "If the button does not work, open this address:"
     */
    public record Button(String label, String url, String otherwise) {}

    /** @param url absolute */
    public record Link(String label, String url) {}

    public Letter {
        paragraphs = List.copyOf(paragraphs);
        smallPrint = List.copyOf(smallPrint);
        links = List.copyOf(links);
    }
}
