package dev.broadsheet.rendering;

import org.jspecify.annotations.Nullable;

/**
 * What stands around an issue's content in its mail.
 *
 * @param newsletterTitle plain text
 * @param language BCP 47, such as {@code en}
 * @param webUrl where this issue is on the web; null where it is not
 * @param baseHref what relative links in the source are relative to
 * @param postalAddress in the footer, where the newsletter has one; may have several lines
 */
public record MailFrame(
        String newsletterTitle,
        String language,
        @Nullable String webUrl,
        String baseHref,
        @Nullable String postalAddress,
        Theme theme) {}
