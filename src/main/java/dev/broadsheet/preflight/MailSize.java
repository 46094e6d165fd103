package dev.broadsheet.preflight;

import org.jspecify.annotations.Nullable;

/**
 * How large an issue's mail became.
 *
 * @param bytes of its HTML with a reader's links, had nothing been cut
 * @param limit from which on mail programs cut it
 * @param cutAt the first heading or words that stand on the web alone; null where all of it fits
 */
public record MailSize(int bytes, int limit, @Nullable String cutAt) {}
