package dev.broadsheet.site;

import dev.broadsheet.newsletters.Newsletter;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a page says of itself to search engines, previews of links and feed readers.
 *
 * @param site the newsletter's title
 * @param url its one address, absolute, which may be on the newsletter's own site
 * @param description one line; null where there is nothing to say
 * @param day of an issue; null of any other page
 * @param feed a path; null where there is none
 */
record PageHead(
        String site,
        String title,
        String url,
        @Nullable String description,
        @Nullable LocalDate day,
        @Nullable String feed) {

    static PageHead of(Newsletter newsletter, String title, String url, @Nullable String description) {
        boolean hasFeed = newsletter.archive != Newsletter.Archive.OFF;
        return new PageHead(
                newsletter.title,
                title,
                url,
                description == null || description.isBlank()
                        ? null
                        : description.strip().replaceAll("\\s+", " "),
                null,
                hasFeed ? "/n/" + newsletter.slug + "/feed.atom" : null);
    }

    PageHead article(LocalDate published) {
        return new PageHead(site, title, url, description, published, feed);
    }
}
