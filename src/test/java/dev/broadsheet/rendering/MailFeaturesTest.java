package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import com.helger.css.decl.CSSDeclaration;
import com.helger.css.decl.CSSMediaExpression;
import com.helger.css.decl.CSSMediaRule;
import com.helger.css.decl.CSSStyleRule;
import com.helger.css.decl.CascadingStyleSheet;
import com.helger.css.reader.CSSReader;
import com.helger.css.reader.CSSReaderDeclarationList;
import com.helger.css.writer.CSSWriterSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** Holds mails against the list of what mail programs show, in {@code src/test/resources/mail/features.csv}. */
class MailFeaturesTest {

    private static final String ALL_OF_MARKDOWN = """
            Title: Five

            # One
            ## Two
            ### Three
            #### Four
            ##### Five
            ###### Six

            *a* **b** `c` [d](https://d.example/ "e") ![f](g.png)<br>

            > quote

            1. one
            2. two

            * * *

            | a | b | c |
            |:--|--:|:-:|
            | d | e | f |

            ```rust
            code
            ```

            <p><span>a</span><b>b</b><i>c</i><u>d</u><s>e</s><del>f</del><ins>g</ins><kbd>h</kbd><samp>i</samp><var>j</var>
            <q>k</q><cite>l</cite><abbr title="m">m</abbr><dfn>n</dfn><mark>o</mark><time>p</time><small>q</small></p>

            <figure><img src="a.png" width="1" height="1"><figcaption>r</figcaption></figure>
            <details><summary>s</summary>t</details><dl><dt>u<dd>v</dl>
            <ol start="3" reversed><li value="7">w</ol><sub>x</sub><sup>y</sup><div>z</div>
            <table><caption>a<thead><tr><th rowspan="2" colspan="2">b<tbody><tr><td>c<tfoot><tr><td>d</table>
            """;

    private final Set<String> used = new TreeSet<>();

    @Test
    void mails_useOnlyFeaturesThatProgramsShowOrDegradeFrom() throws IOException {
        Map<String, String[]> known = known();
        List<String> mails = new ArrayList<>();
        Corpus.itemsOrNone()
                .forEach(item -> mails.add(RealMails.render(item.source()).mailHtml()));
        mails.add(RealMails.render(RealMails.sample()).mailHtml());
        mails.add(RealMails.render(ALL_OF_MARKDOWN).mailHtml());
        mails.add(new Renderer()
                .letter(new Letter(
                        "Tea",
                        "he",
                        "Confirm",
                        List.of("Please."),
                        new Letter.Button("Yes", "https://tea.example/", "Or else:"),
                        List.of("Small."),
                        List.of(new Letter.Link("Leave", "https://tea.example/"))))
                .html());
        mails.forEach(this::note);

        assertThat(used)
                .contains("element details", "attribute rowspan", "element td", "property padding", "at-rule @media");
        assertThat(known.keySet()).containsAll(used);
        assertThat(known).allSatisfy((name, support) -> {
            Set<String> marks = new HashSet<>(List.of(support).subList(2, 6));
            assertThat(Set.of("y", "a", "n", "-")).containsAll(marks);
            assertThat(marks.equals(Set.of("y")) || !support[6].isBlank()).isTrue();
        });
    }

    private void note(String mail) {
        for (Element element : Jsoup.parse(mail).getAllElements()) {
            if (!element.normalName().startsWith("#")) {
                used.add("element " + element.normalName());
            }
            element.attributes().forEach(attribute -> used.add("attribute " + attribute.getKey()));
            String style = element.attr("style");
            if (!style.isEmpty()) {
                CSSReaderDeclarationList.readFromString(style)
                        .getAllDeclarations()
                        .forEach(this::note);
            }
            if (element.normalName().equals("style")) {
                noteSheet(CSSReader.readFromString(element.data()));
            }
        }
    }

    private void noteSheet(CascadingStyleSheet sheet) {
        sheet.getAllStyleRules().forEach(this::note);
        for (CSSMediaRule media : sheet.getAllMediaRules()) {
            used.add("at-rule @media");
            media.getAllMediaQueries().forEach(query -> query.getAllMediaExpressions().stream()
                    .map(CSSMediaExpression::getFeature)
                    .forEach(feature -> used.add("media feature " + feature)));
            media.getAllRules().forEach(rule -> note((CSSStyleRule) rule));
        }
        assertThat(sheet.getRuleCount())
                .isEqualTo(sheet.getAllStyleRules().size()
                        + sheet.getAllMediaRules().size());
    }

    private void note(CSSStyleRule rule) {
        rule.getAllDeclarations().forEach(this::note);
    }

    private void note(CSSDeclaration declaration) {
        used.add("property " + declaration.getProperty());
        if (declaration.isImportant()) {
            used.add("keyword !important");
        }
        String value = declaration.getExpression().getAsCSSString(new CSSWriterSettings(), 0);
        if (value.contains("(")) {
            used.add("function " + value.substring(0, value.indexOf('(')));
        }
    }

    private static Map<String, String[]> known() throws IOException {
        try (InputStream in = MailFeaturesTest.class.getResourceAsStream("/mail/features.csv")) {
            Map<String, String[]> known = new HashMap<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("kind,"))
                    .map(line -> line.split(",", 7))
                    .forEach(fields -> known.put(fields[0] + " " + fields[1], fields));
            return known;
        }
    }
}
