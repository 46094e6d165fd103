package dev.broadsheet.rendering;

import dev.broadsheet.platform.Problem;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jspecify.annotations.Nullable;

/** Makes of an issue's source what readers get: its content for the web, its mail as HTML and as text. */
@Singleton
public class Renderer {

    /** Gmail shows no more of a mail's HTML, and hides the link to leave with it. */
    public static final int CLIP_BYTES = 102_400;

    /** What a reader's own links may add to the tags that stand for them, and encodings of line ends. */
    private static final int FOR_READERS_LINKS = 1_000;

    private static final int MAX_WORDS = 80;

    private static final String RULE = "-".repeat(TextTwin.WIDTH);

    private final MailLayout layout = new MailLayout();

    /** @throws Problem 400 {@code source-too-deep} where it nests beyond reading */
    public Rendered render(Manuscript manuscript, MailFrame frame, Slots slots) {
        FrontMatter issue = manuscript.frontMatter();
        try {
            Element content = manuscript.toHtml(frame.baseHref());
            Blocks web = new Blocks(content);
            String preheader = Preheader.of(issue, content);
            String dateline = dateline(issue, frame);
            MailLayout.Page whole = layout.issue(issue, dateline, preheader, frame, slots, false);
            int budget = CLIP_BYTES - FOR_READERS_LINKS - whole.bytes();

            // inlining only adds: what is beyond the budget before it need not be looked at
            Node beyond = web.bytes() > budget ? Cut.atBlock(content, budget) : null;
            int bytesBeyond = beyond == null ? 0 : web.bytes() - new Blocks(content).bytes();
            MailContent.prepare(content, frame.webUrl());
            layout.inline(content, frame.theme());
            Blocks mail = new Blocks(content);
            int uncut = whole.bytes() + FOR_READERS_LINKS + mail.bytes() + bytesBeyond;

            boolean isCut = beyond != null || mail.bytes() > budget;
            String cutAt = null;
            MailLayout.Page page = whole;
            if (isCut) {
                Node left = Cut.atSection(content, budget - MailLayout.REST_BYTES, beyond != null);
                cutAt = firstWords(left == null ? beyond : left);
                mail = new Blocks(content);
                page = layout.issue(issue, dateline, preheader, frame, slots, true);
            }
            int shown = content.childNodeSize();
            TextTwin text = TextTwin.of(content);
            List<String> above = textAbove(issue, dateline, frame);
            String mailText = joined(above) + joined(text.lines()) + joined(textBelow(frame, slots, isCut));
            return new Rendered(
                    web.html(),
                    page.before() + mail.html() + page.after(),
                    mailText,
                    slots,
                    sections(
                            web,
                            mail,
                            page.before().length(),
                            text,
                            joined(above).length(),
                            shown),
                    uncut,
                    cutAt);
        } catch (StackOverflowError e) {
            throw Manuscript.tooDeep();
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
        letter.links().forEach(link -> lines.addAll(List.of("", link.label() + ":", link.url())));
        return new LetterMail(layout.letter(letter), String.join("\n", lines) + "\n");
    }

    private static List<Rendered.RenderedSection> sections(
            Blocks web, Blocks mail, int mailStart, TextTwin text, int textStart, int shown) {
        List<Rendered.RenderedSection> sections = new ArrayList<>();
        for (int i = 0; i < web.all().size(); i++) {
            Section section = web.all().get(i).section();
            if (section != null && (section.level() == 2 || section.level() == 3)) {
                int end = web.endOfSection(i, section.level());
                int from = Math.min(i, shown);
                int to = Math.min(end, shown);
                sections.add(new Rendered.RenderedSection(
                        section.id(),
                        section.level(),
                        section.title(),
                        new Rendered.Range(web.start(i), web.start(end)),
                        new Rendered.Range(mailStart + mail.start(from), mailStart + mail.start(to)),
                        new Rendered.Range(textStart + text.start(from), textStart + text.start(to))));
            }
        }
        return sections;
    }

    /** Of what the mail leaves out: a heading, or how a text begins. */
    private static String firstWords(@Nullable Node node) {
        Section section = node == null ? null : Markdown.section(node);
        String text = section != null ? section.title() : node instanceof Element element ? element.text() : "";
        return text.length() <= MAX_WORDS ? text : text.substring(0, text.offsetByCodePoints(0, MAX_WORDS / 2)) + " …";
    }

    private static String joined(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static List<String> textAbove(FrontMatter issue, String dateline, MailFrame frame) {
        List<String> lines = new ArrayList<>(List.of(frame.newsletterTitle()));
        lines.add("");
        lines.addAll(underlined(issue.title(), "="));
        if (!dateline.isEmpty()) {
            lines.add(dateline);
        }
        if (frame.webUrl() != null) {
            lines.addAll(List.of("", "Read on the web:", frame.webUrl()));
        }
        lines.addAll(List.of("", ""));
        return lines;
    }

    private static List<String> textBelow(MailFrame frame, Slots slots, boolean isCut) {
        List<String> lines = new ArrayList<>();
        if (isCut) {
            lines.add("");
            lines.add(frame.webUrl() == null ? "The rest did not fit into this mail." : "Read the rest on the web:");
            if (frame.webUrl() != null) {
                lines.add(frame.webUrl());
            }
        }
        lines.addAll(List.of("", RULE));
        String footer = frame.theme().footer();
        if (footer != null) {
            lines.addAll(InlineText.wrap(footer, TextTwin.WIDTH));
            lines.add("");
        }
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
        lines.addAll(List.of("", "Preferences:", slots.preferencesUrl()));
        return lines;
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

    static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
