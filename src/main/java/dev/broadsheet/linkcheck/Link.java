package dev.broadsheet.linkcheck;

import dev.broadsheet.platform.Sha256;
import dev.broadsheet.preflight.Finding;
import dev.broadsheet.preflight.Rule;
import dev.broadsheet.rendering.Manuscript;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Node;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;

/**
 * A link of an issue to the web, and where it stands first.
 *
 * @param address without its fragment, as it is asked for
 * @param excerpt of its line, at most 120 characters
 */
record Link(URI address, int line, int column, int lastLine, String excerpt) {

    private static final int LONGEST_EXCERPT = 120;
    private static final int LONGEST_NAME = 200;

    /** Each address once, in the order of the text. Left-out lines are read too: what was found there may have healed. */
    static List<Link> of(Manuscript manuscript) {
        Map<URI, Link> links = new LinkedHashMap<>();
        manuscript.document().accept(new AbstractVisitor() {
            @Override
            public void visit(org.commonmark.node.Link link) {
                add(link.getDestination(), link, 0);
                visitChildren(link);
            }

            @Override
            public void visit(HtmlInline html) {
                addAnchors(html.getLiteral(), html);
            }

            @Override
            public void visit(HtmlBlock html) {
                addAnchors(html.getLiteral(), html);
            }

            private void addAnchors(String html, Node node) {
                Parser parser = Parser.htmlParser().setTrackPosition(true);
                for (Element anchor : Jsoup.parse(html, "", parser).select("a[href]")) {
                    add(anchor.attr("href"), node, anchor.sourceRange().start().lineNumber() - 1);
                }
            }

            /** @param below lines below the first of the node, where it is HTML; a link is left out as a whole */
            private void add(String href, Node node, int below) {
                int line = Math.max(1, manuscript.lineOf(node) + below);
                int last = node instanceof org.commonmark.node.Link ? manuscript.lastLineOf(node) : line;
                int column = below == 0 ? manuscript.columnOf(node) : 1;
                WebAddress.parse(href)
                        .ifPresent(address -> links.putIfAbsent(
                                address,
                                new Link(
                                        address,
                                        line,
                                        column,
                                        Math.max(line, last),
                                        excerpt(manuscript.line(line), column))));
            }
        });
        return new ArrayList<>(links.values());
    }

    /** By its name, even one that the internet does not allow. */
    String host() {
        return address.getHost() == null ? address.getRawAuthority() : address.getHost();
    }

    /** What an editor is told. Its id is made of the address, so that a later check keeps what was decided about it. */
    Finding finding(Verdict verdict) {
        boolean dead = verdict.kind() == Verdict.Kind.DEAD;
        String rule = (dead ? Rule.LINK_DEAD : Rule.LINK_UNSURE).id();
        String name = address.toString();
        String shown = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
        return new Finding(
                HexFormat.of().formatHex(Sha256.of(rule + "\n" + name), 0, 8),
                rule,
                dead ? Finding.Severity.WARNING : Finding.Severity.INFO,
                null,
                line,
                column,
                dead
                        ? shown + " " + verdict.words() + ". Link to another page, or leave the line out."
                        : shown + " " + verdict.words() + ". Open it yourself.",
                excerpt,
                null,
                lastLine);
    }

    private static String excerpt(String line, int column) {
        String rest = line.substring(Math.min(column - 1, line.length())).strip();
        if (rest.length() <= LONGEST_EXCERPT) {
            return rest;
        }
        int end = LONGEST_EXCERPT - 1;
        return rest.substring(0, Character.isHighSurrogate(rest.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
