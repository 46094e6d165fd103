package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RendererTest {

    private static final Slots SLOTS = new Slots("0123456789abcdef0123456789abcdef");
    private static final MailFrame FRAME = new MailFrame(
            "Weekly <Tea>",
            "en",
            "https://news.example.org/n/tea/issues/5",
            "https://news.example.org/n/tea/issues/5",
            "1 Harbour Road\nPort & Town",
            Theme.DEFAULT);

    private final Renderer renderer = new Renderer();

    private Rendered render(String body) {
        return renderer.render(Manuscript.read("Title: Five\nDate: 2026-03-25\n\n" + body), FRAME, SLOTS);
    }

    @Test
    void render_controlCharacters_reachNobody_alsoAsReferences() {
        Rendered rendered =
                render("a\u0002b &#2;&#x1F;c [x](https://e.example/\u0002y) <a title=\"p&#2;q\" href=\"/\">z</a>");

        assertThat(rendered.contentHtml()).contains("ab c").contains("title=\"pq\"");
        assertThat(rendered.contentHtml() + rendered.mailHtml() + rendered.mailText())
                .doesNotContainPattern("[\\x00-\\x08\\x0B-\\x1F\\x7F]|&#x?(2|1[fF]);");
    }

    @Test
    void render_templateSyntaxInTheSource_isTextLikeAnyOther() {
        Rendered rendered = render("`{:?}` {newsletter} {#if x} {/if} {{y}} {! z !} ${env} {|w|}");

        assertThat(rendered.contentHtml())
                .contains("{:?}", "{newsletter}", "{#if x} {/if}", "{{y}}", "{! z !}", "${env}", "{|w|}");
        assertThat(rendered.mailHtml()).contains("{newsletter} {#if x} {/if} {{y}} {! z !} ${env} {|w|}");
        assertThat(rendered.mailText()).contains("{newsletter} {#if x} {/if} {{y}} {! z !} ${env} {|w|}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "<style>p{}</style>",
                "<form action=\"https://x.example\"><input name=q><button>Evil</button></form>",
                "<iframe src=\"https://x.example\"></iframe>",
                "<p onclick=\"alert(1)\">x</p>",
                "<img src=x onerror=alert(1)>",
                "[x](javascript:alert(1))",
                "<a href=\"java\tscript:alert(1)\">x</a>",
                "<a href=\"&#106;avascript:alert(1)\">x</a>",
                "[x](data:text/html;base64,AAAA)",
                "![x](data:image/png;base64,AAAA)",
                "<a href=\"vbscript:x\">x</a>",
                "<p style=\"position:fixed\">x</p>",
                "<svg><script>alert(1)</script></svg>",
                "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
                "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
                "<base href=\"https://x.example\"><meta http-equiv=refresh content=0>"
            })
    void render_activeHtml_doesNotReachReaders(String hostile) {
        Rendered rendered = render("Before.\n\n" + hostile + "\n\nAfter.");

        Document content = Jsoup.parse(rendered.contentHtml());
        assertThat(content.select("script,style,form,input,button,iframe,svg,math,noscript,base,meta,object"))
                .isEmpty();
        content.body().getAllElements().forEach(element -> element.attributes().forEach(attribute -> {
            assertThat(attribute.getKey()).isIn("href", "src", "alt", "title", "id");
            assertThat(attribute.getValue().toLowerCase()).doesNotContain("script:", "data:");
        }));
        assertThat(content.text()).startsWith("Before.").endsWith("After.");
        assertThat(Jsoup.parse(rendered.mailHtml()).select("script,form,input,iframe,svg,[onclick],[onerror]"))
                .isEmpty();
    }

    @Test
    void render_htmlComment_reachesNoReader() {
        Rendered rendered = render("One.\n\n<!-- for\n\nthe editors -->\n\nTwo <!-- alone -->.");

        assertThat(rendered.contentHtml() + rendered.mailHtml() + rendered.mailText())
                .doesNotContain("the editors")
                .doesNotContain("alone")
                .contains("Two");
    }

    @Test
    void render_relativeLinks_becomeAbsoluteAndAnchorsWork() {
        Rendered rendered =
                render("## The Tea\n\n[a](#the-tea) [b](other) [c](/x?y=1) ![d](pic.png) [e](//h.example/z)");

        Document content = Jsoup.parse(rendered.contentHtml());
        assertThat(content.select("h2").attr("id")).isEqualTo("the-tea");
        assertThat(content.select("a").eachAttr("href"))
                .containsExactly(
                        "#the-tea",
                        "https://news.example.org/n/tea/issues/other",
                        "https://news.example.org/x?y=1",
                        "https://h.example/z");
        assertThat(content.select("img").attr("src")).isEqualTo("https://news.example.org/n/tea/issues/pic.png");
        Document mail = Jsoup.parse(rendered.mailHtml());
        assertThat(mail.select("td.card a").first().attr("href")).isEqualTo(FRAME.webUrl() + "#the-tea");
        assertThat(mail.select("h2").hasAttr("id")).isFalse();
    }

    @Test
    void render_headingsAlike_getIdsOfTheirOwn() {
        Rendered rendered = render("## News\n## News\n## News_1\n## ☕\n## Project/Tooling Updates\n## Überblick");

        assertThat(Jsoup.parse(rendered.contentHtml()).select("h2").eachAttr("id"))
                .containsExactly("news", "news_1", "news_1_1", "section", "projecttooling-updates", "uberblick");
    }

    @Test
    void render_bareAddress_staysText() {
        assertThat(render("See https://example.org/ now.").contentHtml())
                .isEqualTo("<p>See https://example.org/ now.</p>\n");
    }

    @Test
    void render_mail_escapesWhatTheNewsletterSaysAndHoldsTheSlotOnceInEachPart() {
        Rendered rendered = render("Hello.");

        Document mail = Jsoup.parse(rendered.mailHtml());
        assertThat(rendered.mailHtml()).contains("Weekly &lt;Tea&gt;").contains("Port &amp; Town");
        assertThat(mail.select("a[href=" + SLOTS.unsubscribeUrl() + "]")).hasSize(1);
        assertThat(mail.select("html").attr("lang")).isEqualTo("en");
        assertThat(mail.select("table:not([role=presentation])")).isEmpty();
        assertThat(mail.select("td.card p").attr("style")).contains("margin:");
        assertThat(mail.select("a[href=" + SLOTS.preferencesUrl() + "]")).hasSize(1);
        assertThat(rendered.mailHtml().split(SLOTS.nonce(), -1)).hasSize(3);
        assertThat(rendered.mailText().split(SLOTS.nonce(), -1)).hasSize(3);
        assertThat(rendered.mailText()).contains("Port & Town", FRAME.webUrl());
    }

    @Test
    void render_noPreheaderGiven_namesThePartsThatHoldSomething() {
        Rendered rendered = render("Hi.\n\n## Empty\n## News\n\n* x\n\n## Sub\n\n### Deep\n\ny\n\n# Quote\n\n> z");

        assertThat(Jsoup.parse(rendered.mailHtml()).select(".preheader").text()).startsWith("News · Sub · Quote");
    }

    @Test
    void render_byteOrderMarkAndCrlf_readLikePlainOnes() {
        String source = "Title: Five\nDate: 2026-03-25\n\n## Tea\n\n* one\n* two\n";

        Rendered plain = renderer.render(Manuscript.read(source), FRAME, SLOTS);
        Rendered windows = renderer.render(Manuscript.read("\uFEFF" + source.replace("\n", "\r\n")), FRAME, SLOTS);

        assertThat(windows).isEqualTo(plain);
    }

    @Test
    void letter_hostileValues_areEscapedAndTheButtonStandsInFull() {
        LetterMail mail = renderer.letter(new Letter(
                "T & Co",
                "he",
                "Confirm <now>",
                List.of("Line {newsletter} <b>one</b>."),
                new Letter.Button(
                        "Yes \"please\"", "https://news.example.org/confirm/AB?c=1&d=2", "If not, open <this>:"),
                List.of("Small & print."),
                List.of(new Letter.Link("Leave & go", "https://news.example.org/unsubscribe/AB?c=1&d=2"))));

        Document html = Jsoup.parse(mail.html());
        assertThat(html.select("b")).isEmpty();
        assertThat(html.select("html").attr("dir")).isEqualTo("rtl");
        assertThat(html.select("a.button").attr("href")).isEqualTo("https://news.example.org/confirm/AB?c=1&d=2");
        assertThat(html.select("a.quiet").attr("href")).isEqualTo("https://news.example.org/unsubscribe/AB?c=1&d=2");
        assertThat(html.text()).contains("If not, open <this>:", "Leave & go");
        assertThat(mail.text()).contains("Leave & go:\nhttps://news.example.org/unsubscribe/AB?c=1&d=2\n");
        assertThat(html.text()).contains("Line {newsletter} <b>one</b>.", "Confirm <now>", "Small & print.");
        assertThat(mail.text())
                .contains("Confirm <now>\n=============", "\nhttps://news.example.org/confirm/AB?c=1&d=2\n");
    }
}
