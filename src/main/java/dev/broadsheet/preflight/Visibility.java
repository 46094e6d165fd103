package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.regex.Pattern;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.Node;
import org.commonmark.node.Text;

/** What readers see of a block. */
final class Visibility {

    private static final Pattern PICTURE = Pattern.compile("(?i)<(?:img|hr)\\b");

    private Visibility() {}

    /** Whether there is a word, a picture or code in it. */
    static boolean isShown(Node node) {
        if (node instanceof Text text) {
            return !text.getLiteral().isBlank();
        }
        if (node instanceof HtmlBlock html) {
            return isShown(html.getLiteral());
        }
        if (node instanceof HtmlInline html) {
            return PICTURE.matcher(html.getLiteral()).find();
        }
        if (node instanceof Code
                || node instanceof FencedCodeBlock
                || node instanceof IndentedCodeBlock
                || node instanceof Image) {
            return true;
        }
        if (node instanceof LinkReferenceDefinition) {
            return false;
        }
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            if (isShown(child)) {
                return true;
            }
        }
        return false;
    }

    /** Text beside the tags and comments of raw HTML, or a picture. */
    private static boolean isShown(String html) {
        int at = 0;
        while (at < html.length()) {
            if (html.startsWith("<!--", at)) {
                int end = html.indexOf("-->", at + 2);
                at = end < 0 ? html.length() : end + 3;
            } else if (html.charAt(at) == '<') {
                int end = html.indexOf('>', at);
                if (end < 0) {
                    return true;
                }
                if (PICTURE.matcher(html).region(at, end).lookingAt()) {
                    return true;
                }
                at = end + 1;
            } else if (Character.isWhitespace(html.charAt(at))) {
                at++;
            } else {
                return true;
            }
        }
        return false;
    }

    /** A block's text where it is a comment; empty where it is none. */
    static String comment(Node node) {
        return node instanceof HtmlBlock html
                        && html.getLiteral().stripLeading().startsWith("<!--")
                ? html.getLiteral()
                : "";
    }

    static boolean hasLink(Node node) {
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            if (child instanceof Link || hasLink(child)) {
                return true;
            }
        }
        return false;
    }

    /** The words of a block, cut where there are many. */
    static String text(Node node, int max) {
        String text = Manuscript.text(node);
        return text.length() <= max ? text : text.substring(0, max);
    }
}
