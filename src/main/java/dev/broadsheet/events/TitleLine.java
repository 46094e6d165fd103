package dev.broadsheet.events;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The line below an event's first: its title with a link, and further pages. Reads those with slips too.
 *
 * @param title plain text
 * @param bold whether the title is marked as one
 */
record TitleLine(int line, String title, @Nullable String url, List<Mirror> mirrors, boolean bold) {

    private static final String STARS = "**";

    /** Adds a note unless the line follows the grammar. */
    static TitleLine read(ListLine line, List<EventNote> notes) {
        EventGrammar.Title title = EventGrammar.title(line.text());
        if (title != null && WebAddress.isWeb(title.address())) {
            return new TitleLine(
                    line.number(), PlainText.of(title.text()), title.address(), mirrors(title.rest(), 0), true);
        }
        MarkdownLink link = MarkdownLink.next(line.body(), 0);
        return link == null ? withoutLink(line, notes) : damaged(line, link, notes);
    }

    private static TitleLine withoutLink(ListLine line, List<EventNote> notes) {
        Slips slips = new Slips();
        slips.add("title-link", "The title is a link to the event's page: [**Title**](https://…)");
        slips.addTo(notes, line, null);
        int open = line.body().indexOf('[');
        int close = line.body().indexOf(']');
        String title = open >= 0 && close > open ? line.body().substring(open + 1, close) : line.body();
        return new TitleLine(line.number(), PlainText.of(title), null, List.of(), title.startsWith(STARS));
    }

    private static TitleLine damaged(ListLine line, MarkdownLink link, List<EventNote> notes) {
        Slips slips = new Slips();
        String before = line.body().substring(0, link.start()).strip();
        String after = line.body().substring(link.end()).strip();
        String text = link.text().strip();
        boolean bold = text.startsWith(STARS) || before.endsWith(STARS);
        if (!line.hasBullet()) {
            slips.add("bullet-missing", "Put “* ” before the title.");
        } else if (!line.text().startsWith("\t") && line.indent() != 2 && line.indent() != 4) {
            slips.add(
                    line.indent() == 0 ? "title-not-indented" : "indent",
                    "Indent the title by four spaces, so that it belongs to the event above.");
        }
        if (!bold) {
            slips.add("title-not-bold", "The title is bold: [**Title**](https://…)");
        } else if (!(text.startsWith(STARS) && text.endsWith(STARS) && text.length() > 4)) {
            slips.add("title-bold", "All of the title is bold, within the link: [**Title**](https://…)");
        }
        String url = WebAddress.meant(link.address());
        if (url == null) {
            slips.add("title-address", "The title's address is none of the web. It begins with https://");
        } else if (!url.equals(link.address())) {
            slips.add("title-address", "The title's address begins with a slip: it is " + url);
        }
        List<Mirror> mirrors = mirrors(line.body(), link.end());
        boolean textBefore = !before.replace(STARS, "").isBlank();
        boolean textAfter = !after.isEmpty() && !after.startsWith("|") && !after.equals(STARS);
        if (textBefore || textAfter) {
            slips.add(
                    "title-text",
                    "Nothing but the linked title stands on its line; further links follow as | [**Mirror**](https://…)");
        }
        String plain = PlainText.of(text);
        if (slips.isEmpty()) {
            slips.add("title-form", "Write it as: [**Title**](https://…), with four spaces and “* ” before it.");
        }
        boolean lossless = !textBefore && (!textAfter || (!mirrors.isEmpty() && after.startsWith("-")));
        slips.addTo(notes, line, url != null && lossless ? repair(line, text, url, mirrors) : null);
        return new TitleLine(line.number(), plain, url, mirrors, bold);
    }

    private static @Nullable String repair(ListLine line, String text, String url, List<Mirror> mirrors) {
        StringBuilder repair = new StringBuilder(line.indent() == 2 ? "  " : "    ")
                .append(line.bullet().equals("-") ? "- " : "* ")
                .append("[**")
                .append(text.replace(STARS, ""))
                .append("**](")
                .append(url)
                .append(')');
        for (Mirror mirror : mirrors) {
            repair.append(" | [**")
                    .append(mirror.name())
                    .append("**](")
                    .append(mirror.url())
                    .append(')');
        }
        return EventGrammar.title(repair.toString()) == null ? null : repair.toString();
    }

    private static List<Mirror> mirrors(String text, int from) {
        List<Mirror> mirrors = new ArrayList<>();
        for (MarkdownLink link = MarkdownLink.next(text, from);
                link != null;
                link = MarkdownLink.next(text, link.end())) {
            String url = WebAddress.meant(link.address());
            if (url != null) {
                mirrors.add(new Mirror(PlainText.of(link.text()), url));
            }
        }
        return List.copyOf(mirrors);
    }
}
