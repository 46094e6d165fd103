package dev.broadsheet.rendering;

import dev.broadsheet.platform.Problem;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** Makes of an issue's source what readers get: its content for the web, its mail as HTML and as text. */
@Singleton
public class Renderer {

    private static final String RULE = "-".repeat(TextTwin.WIDTH);

    private final Markdown markdown = new Markdown();
    private final MailLayout layout = new MailLayout();

    /**
     * @param source Markdown with front matter, {@code \n} or CRLF line ends, with or without a byte-order mark
     * @throws Problem 400 {@code front-matter-invalid}, or {@code source-too-deep} where it nests beyond reading
     */
    public Rendered render(String source, MailFrame frame, Slots slots) {
        FrontMatterReader.Split split = FrontMatterReader.read(source);
        FrontMatter issue = split.frontMatter();
        try {
            Element content = markdown.toHtml(split.body(), frame.baseHref());
            String contentHtml = content.html();
            toMail(content, frame.webUrl());
            return new Rendered(
                    issue,
                    contentHtml,
                    layout.issue(issue, dateline(issue, frame), Preheader.of(issue, content), content, frame, slots),
                    text(issue, content, frame, slots),
                    slots);
        } catch (StackOverflowError e) {
            // the parsers limit nesting; this is for a way around them that nobody has found yet
            throw new Problem(
                    400, "source-too-deep", "The text nests too deeply. Use fewer levels of lists and quotes.");
        }
    }

    /** A short mail to one person in the same looks: a confirmation, an alert. */
    public LetterMail letter(Letter letter) {
        List<String> lines = new ArrayList<>(underlined(letter.heading(), "="));
        letter.paragraphs().forEach(paragraph -> addParagraph(lines, paragraph));
        Letter.Button button = letter.button();
        if (button != null) {
            addParagraph(lines, button.label() + ":");
            lines.add(button.url());
        }
        lines.addAll(List.of("", RULE));
        Stream.concat(Stream.of(letter.newsletterTitle()), letter.smallPrint().stream())
                .forEach(line -> lines.addAll(InlineText.wrap(line, TextTwin.WIDTH)));
        return new LetterMail(layout.letter(letter), String.join("\n", lines) + "\n");
    }

    /** In a mail there are no anchors to jump to, so links to them go to the web view. */
    private static void toMail(Element content, String webUrl) {
        content.select("a[href^=#]").forEach(link -> link.attr("href", webUrl + link.attr("href")));
        content.select("[id]").forEach(element -> element.removeAttr("id"));
        content.select("[class]").forEach(element -> element.removeAttr("class"));
    }

    private static String text(FrontMatter issue, Element content, MailFrame frame, Slots slots) {
        List<String> lines = new ArrayList<>(List.of(frame.newsletterTitle()));
        lines.add("");
        lines.addAll(underlined(issue.title(), "="));
        String dateline = dateline(issue, frame);
        if (!dateline.isEmpty()) {
            lines.add(dateline);
        }
        lines.addAll(List.of("", "Read on the web:", frame.webUrl(), "", ""));
        lines.addAll(TextTwin.of(content));
        lines.addAll(List.of("", RULE));
        lines.addAll(InlineText.wrap(
                "You get this mail because you subscribed to " + frame.newsletterTitle() + ".", TextTwin.WIDTH));
        lines.add("");
        List<String> address = MailLayout.lines(frame.postalAddress());
        if (!address.isEmpty()) {
            lines.addAll(address);
            lines.add("");
        }
        lines.add("Unsubscribe:");
        lines.add(slots.unsubscribeUrl());
        return String.join("\n", lines) + "\n";
    }

    private static void addParagraph(List<String> lines, String paragraph) {
        lines.add("");
        lines.addAll(InlineText.wrap(paragraph, TextTwin.WIDTH));
    }

    private static List<String> underlined(String title, String with) {
        List<String> lines = new ArrayList<>(InlineText.wrap(title, TextTwin.WIDTH));
        lines.add(with.repeat(lines.stream().mapToInt(InlineText::length).max().orElse(0)));
        return lines;
    }

    /** The date as the newsletter's readers write it; empty where there is none. */
    private static String dateline(FrontMatter issue, MailFrame frame) {
        @Nullable LocalDate date = issue.date();
        return date == null
                ? ""
                : DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                        .withLocale(Locale.forLanguageTag(frame.language()))
                        .format(date);
    }
}
