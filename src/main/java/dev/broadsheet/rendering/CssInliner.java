package dev.broadsheet.rendering;

import com.helger.css.decl.CSSDeclaration;
import com.helger.css.decl.CSSStyleRule;
import com.helger.css.decl.CascadingStyleSheet;
import com.helger.css.reader.CSSReader;
import com.helger.css.writer.CSSWriter;
import com.helger.css.writer.CSSWriterSettings;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.nodes.Element;

/**
 * Puts the rules of a style sheet onto the elements they select, since several mail programs drop {@code <style>}.
 * A later rule wins over an earlier one whatever their selectors, and an element's own {@code style} over both: the
 * sheet is ours and goes from the general to the special.
 */
final class CssInliner {

    private static final CSSWriterSettings COMPACT = new CSSWriterSettings().setOptimizedOutput(true);

    /** The compact way shortens colours to three digits, which Outlook does not read everywhere. */
    private static final CSSWriterSettings PLAIN = new CSSWriterSettings();

    private record Rule(String selector, Map<String, String> declarations) {}

    private final List<Rule> rules = new ArrayList<>();

    CssInliner(String css) {
        for (CSSStyleRule rule : parse(css).getAllStyleRules()) {
            Map<String, String> declarations = new LinkedHashMap<>();
            for (CSSDeclaration declaration : rule.getAllDeclarations()) {
                declarations.put(
                        declaration.getProperty(),
                        declaration.getExpression().getAsCSSString(PLAIN, 0).replace(", ", ","));
            }
            String selector = rule.getAllSelectors().stream()
                    .map(s -> s.getAsCSSString(COMPACT, 0))
                    .collect(Collectors.joining(","));
            rules.add(new Rule(selector, declarations));
        }
    }

    void inline(Element root) {
        Map<Element, Map<String, String>> styles = new IdentityHashMap<>();
        for (Rule rule : rules) {
            for (Element element : root.select(rule.selector)) {
                styles.computeIfAbsent(element, e -> new LinkedHashMap<>()).putAll(rule.declarations);
            }
        }
        styles.forEach((element, style) -> {
            String own = element.attr("style");
            String inlined = style.entrySet().stream()
                    .map(d -> d.getKey() + ":" + d.getValue())
                    .collect(Collectors.joining(";"));
            element.attr("style", own.isEmpty() ? inlined : inlined + ";" + own);
        });
    }

    /** A sheet for the head, without what only people need. */
    static String compact(String css) {
        return new CSSWriter(COMPACT)
                .setWriteHeaderText(false)
                .getCSSAsString(parse(css))
                .strip();
    }

    private static CascadingStyleSheet parse(String css) {
        CascadingStyleSheet sheet = CSSReader.readFromString(css);
        if (sheet == null) {
            throw new IllegalStateException("A style sheet of the mail layout cannot be read");
        }
        return sheet;
    }
}
