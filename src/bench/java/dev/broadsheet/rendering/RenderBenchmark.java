package dev.broadsheet.rendering;

import com.fasterxml.jackson.databind.JsonNode;
import com.vladsch.flexmark.ext.tables.TablesExtension;
import com.vladsch.flexmark.html.HtmlRenderer;
import com.vladsch.flexmark.parser.Parser;
import com.vladsch.flexmark.parser.ParserEmulationProfile;
import com.vladsch.flexmark.util.data.MutableDataSet;
import dev.broadsheet.preflight.Context;
import dev.broadsheet.preflight.Earlier;
import dev.broadsheet.preflight.MailSize;
import dev.broadsheet.preflight.Preflight;
import dev.broadsheet.preflight.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * One median issue (30 KB, 258 links) from source to web HTML, inlined mail HTML and text, beside the bare parse of it
 * by this project's Markdown library and by the one that was not chosen. One thread, warm.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class RenderBenchmark {

    private static final Path CORPUS = Path.of("..", "shared", "corpus");
    private static final Path ISSUE = CORPUS.resolve("issues/2026-08-19-this-week-in-rust.md");

    private static final MutableDataSet FLEXMARK =
            new MutableDataSet().set(Parser.EXTENSIONS, List.of(TablesExtension.create()));

    private final Renderer renderer = new Renderer();
    private final org.commonmark.parser.Parser commonmark = org.commonmark.parser.Parser.builder()
            .extensions(List.of(org.commonmark.ext.gfm.tables.TablesExtension.create()))
            .build();
    private final Parser flexmark = Parser.builder(FLEXMARK).build();

    private final List<Earlier> earlier = new ArrayList<>();

    private String source;
    private String body;

    @Setup
    public void read() throws IOException {
        source = Files.exists(ISSUE) ? Files.readString(ISSUE) : made();
        body = Manuscript.read(source).lines().stream()
                .skip(Manuscript.read(source).bodyLine() - 1L)
                .collect(Collectors.joining("\n"));
        if (Files.exists(CORPUS)) {
            for (Corpus.Item item : Corpus.items()) {
                Manuscript issue = Manuscript.read(item.source());
                FrontMatter front = issue.frontMatter();
                if (item.name().startsWith("issues/") && !source.equals(item.source()) && front.date() != null) {
                    Report report = Preflight.check(issue, context(List.of()));
                    earlier.add(
                            new Earlier(item.name(), front.date(), front.number(), front.category(), report.facts()));
                }
            }
            earlier.sort(Comparator.comparing(Earlier::date).reversed());
            earlier.subList(25, earlier.size()).clear();
        }
    }

    private static Context context(List<Earlier> earlier) {
        return new Context("x", "This Week in Rust", Set.of("example.org"), day -> true, earlier, true, null);
    }

    /** All that a source goes through before it is stored: reading, rendering and preflight. */
    @Benchmark
    public Object sourceToRevision() {
        Manuscript manuscript = Manuscript.read(source);
        Rendered rendered = renderer.render(manuscript, RealMails.FRAME, RealMails.SLOTS);
        MailSize size = new MailSize(rendered.uncutBytes(), Renderer.CLIP_BYTES, rendered.cutAt());
        return List.of(rendered, Preflight.check(manuscript, context(earlier).with(size)));
    }

    @Benchmark
    public Rendered sourceToWebMailAndText() {
        return renderer.render(Manuscript.read(source), RealMails.FRAME, RealMails.SLOTS);
    }

    @Benchmark
    public Object bareParseByCommonmark() {
        return commonmark.parse(body);
    }

    @Benchmark
    public Object bareParseByFlexmark() {
        return flexmark.parse(body);
    }

    public static void main(String[] arguments) throws Exception {
        if (Files.exists(CORPUS)) {
            count();
        }
        new Runner(new OptionsBuilder()
                        .include(RenderBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    /** The sample again and again, with an address of its own for each line, where no real issue is at hand. */
    private static String made() {
        String sample = RealMails.sample();
        String front = sample.substring(0, sample.indexOf("\n\n"));
        String text = sample.substring(front.length());
        return front
                + IntStream.range(0, 32_000 / text.getBytes(StandardCharsets.UTF_8).length)
                        .mapToObj(i -> text.replace("https://example.org/", "https://example.org/" + i + "/"))
                        .collect(Collectors.joining());
    }

    /** Of how many real issues each library makes what the editors' own renderer makes, or what CommonMark may. */
    private static void count() throws IOException {
        HtmlRenderer html = HtmlRenderer.builder(FLEXMARK).build();
        MutableDataSet indented = new MutableDataSet(FLEXMARK);
        indented.setFrom(ParserEmulationProfile.FIXED_INDENT);
        Parser fixedIndent = Parser.builder(indented).build();
        org.commonmark.renderer.html.HtmlRenderer plain = org.commonmark.renderer.html.HtmlRenderer.builder()
                .extensions(List.of(org.commonmark.ext.gfm.tables.TablesExtension.create()))
                .build();
        org.commonmark.parser.Parser parser = new RenderBenchmark().commonmark;
        Parser flexmark = Parser.builder(FLEXMARK).build();
        Map<String, UnaryOperator<String>> ways = Map.of(
                "commonmark-java", text -> plain.render(parser.parse(text)),
                "flexmark, CommonMark", text -> html.render(flexmark.parse(text)),
                "flexmark, FIXED_INDENT", text -> html.render(fixedIndent.parse(text)));
        List<Corpus.Item> items = Corpus.items();
        ways.forEach((name, way) -> System.out.printf(
                Locale.ROOT,
                "| %s | %d of %d exactly | %d with what CommonMark may |%n",
                name,
                items.stream().filter(item -> matches(item, way, false)).count(),
                items.size(),
                items.stream().filter(item -> matches(item, way, true)).count()));
    }

    private static boolean matches(Corpus.Item item, UnaryOperator<String> way, boolean mayDiffer) {
        Manuscript manuscript = Manuscript.read(item.source());
        String body = String.join(
                "\n",
                manuscript
                        .lines()
                        .subList(manuscript.bodyLine() - 1, manuscript.lines().size()));
        Document content = Jsoup.parse(way.apply(body));
        Map<String, String> counted = Map.of(
                "links", "a[href]",
                "listItems", "li",
                "lists", "ul,ol",
                "images", "img",
                "codeBlocks", "pre",
                "tables", "table",
                "blockquotes", "blockquote");
        boolean same = item.expect().get("headings").size()
                        == content.select("h1,h2,h3,h4,h5,h6").size()
                || mayDiffer
                        && allowed(
                                item,
                                "headings",
                                content.select("h1,h2,h3,h4,h5,h6").size());
        for (Map.Entry<String, String> what : counted.entrySet()) {
            int found = content.select(what.getValue()).size();
            same &= item.expect().get(what.getKey()).asInt() == found
                    || mayDiffer && allowed(item, what.getKey(), found);
        }
        return same;
    }

    private static boolean allowed(Corpus.Item item, String what, int found) {
        JsonNode other = item.expect().get("commonmarkDiffers").get(what);
        return other != null && other.asInt() == found;
    }
}
