package dev.broadsheet.linkcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.broadsheet.preflight.Finding;
import dev.broadsheet.rendering.Manuscript;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {

    private static final String HEAD = "Title: Five\nDate: 2026-03-25\n\n";

    private static List<Link> links(String body) {
        return Link.of(Manuscript.read(HEAD + body));
    }

    @Test
    void links_eachAddressOnce_whereItStandsFirst() {
        assertThat(links("""
                        One [a](https://example.org/a) and [b][ref], [mail](mailto:a@example.org), [here](#top), [page](/x).

                        * [a again](https://example.org/a#part)
                        * `[code](https://example.org/code)` ![image](https://example.org/image.png)

                        <!-- [hidden](https://example.org/hidden) -->

                        [ref]: https://example.org/b
                        """))
                .extracting(Link::address, Link::line, Link::column)
                .containsExactly(
                        tuple(URI.create("https://example.org/a"), 4, 5),
                        tuple(URI.create("https://example.org/b"), 4, 36));
    }

    @Test
    void links_inRawHtml_areFoundToo() {
        assertThat(links("""
                        <div>
                        <p>
                        <a href="https://example.org/block?a=1&amp;b=2">x</a>
                        </p>
                        <!-- <a href="https://example.org/hidden">x</a> -->
                        </div>

                        Text <a href="https://example.org/inline">x</a>
                        """))
                .extracting(Link::address, Link::line)
                .containsExactly(
                        tuple(URI.create("https://example.org/block?a=1&b=2"), 6),
                        tuple(URI.create("https://example.org/inline"), 11));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "https://example.org https://example.org/",
                "HTTPS://Example.ORG/Path https://example.org/Path",
                "https://example.org?q=1 https://example.org/?q=1",
                "https://example.org/a|b[c]{d}^`\" https://example.org/a%7Cb%5Bc%5D%7Bd%7D%5E%60%22",
                "https://example.org/ü?ö=ß https://example.org/%C3%BC?%C3%B6=%C3%9F",
                "https://example.org/%41%zz https://example.org/%41%25zz",
                "https://bücher.example/ https://xn--bcher-kva.example/",
                "https://example.org/a#b https://example.org/a",
                "https://[2001:db8::1]/ https://[2001:db8::1]/",
                "https://My_host.example.org/a https://my_host.example.org/a"
            })
    void webAddress_isReadAsBrowsersDo(String written, String asked) {
        assertThat(WebAddress.parse(written)).contains(URI.create(asked));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mailto:a@example.org", "//example.org/", "/a", "https://", "https:///a", "https://a b/", ""})
    void webAddress_ofSomethingElse_isNone(String written) {
        assertThat(WebAddress.parse(written)).isEmpty();
    }

    @Test
    void redirect_isReadFromWhereItWasFound() {
        URI base = URI.create("https://example.org/a/b?c=1");

        assertThat(WebAddress.parse(base, "../x y")).contains(URI.create("https://example.org/x%20y"));
        assertThat(WebAddress.parse(base, "?d")).contains(URI.create("https://example.org/a/b?d"));
        assertThat(WebAddress.parse(base, "//other.example/")).contains(URI.create("https://other.example/"));
        assertThat(WebAddress.parse(base, "javascript:alert(1)")).isEmpty();
    }

    @Test
    void finding_ofTheSameAddress_hasTheSameId_whereverItStands() {
        Verdict gone = Verdict.ofStatus(404, "Not Found", false);
        Finding first = links("[x](https://example.org/x)").get(0).finding(gone);
        Finding later =
                links("Two.\n\nThree, [y](https://example.org/x)").get(0).finding(gone);
        Finding other = links("[x](https://example.org/y)").get(0).finding(gone);

        assertThat(first.rule()).isEqualTo("link-dead");
        assertThat(first.severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(first.blocks()).isNull();
        assertThat(first.message()).startsWith("https://example.org/x answers 404 Not Found.");
        assertThat(first.excerpt()).isEqualTo("[x](https://example.org/x)");
        assertThat(first.id()).matches("[0-9a-f]{16}");
        assertThat(later.id()).isEqualTo(first.id());
        assertThat(later.line()).isEqualTo(6);
        assertThat(other.id()).isNotEqualTo(first.id());
    }
}
