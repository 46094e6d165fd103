package dev.broadsheet.rendering;

import org.commonmark.node.Block;
import org.commonmark.node.Paragraph;
import org.commonmark.parser.InlineParser;
import org.commonmark.parser.SourceLine;
import org.commonmark.parser.SourceLines;
import org.commonmark.parser.block.AbstractBlockParser;
import org.commonmark.parser.block.BlockContinue;
import org.commonmark.parser.block.BlockParserFactory;
import org.commonmark.parser.block.BlockStart;
import org.commonmark.parser.block.MatchedBlockParser;
import org.commonmark.parser.block.ParserState;

/**
 * A line that opens a comment which nothing closes. CommonMark hides all that follows; the program that these sources
 * are written for shows the line as it stands and reads on, so that nobody loses a section without seeing why.
 */
final class UnclosedComment extends AbstractBlockParser {

    private static final String OPEN = "<!--";

    private final Paragraph paragraph = new Paragraph();
    private final SourceLines text = SourceLines.empty();

    /** @return whether some comment of this text stays open to its end */
    static boolean isIn(String markdown) {
        return markdown.lastIndexOf(OPEN) > markdown.lastIndexOf("-->");
    }

    /** @param markdown what is about to be parsed */
    static BlockParserFactory factory(String markdown) {
        int lastEnd = markdown.lastIndexOf("-->");
        long lastLine = lastEnd < 0
                ? -1
                : markdown.substring(0, lastEnd).chars().filter(c -> c == '\n').count();
        return (state, matched) -> start(state, matched, lastLine);
    }

    private static BlockStart start(ParserState state, MatchedBlockParser matched, long lastLine) {
        SourceLine line = state.getLine();
        int at = state.getNextNonSpaceIndex();
        boolean opens = state.getIndent() < 4
                && line.getSourceSpan().getLineIndex() > lastLine
                && line.getContent().toString().startsWith(OPEN, at);
        return opens ? BlockStart.of(new UnclosedComment()).atIndex(at) : BlockStart.none();
    }

    @Override
    public Block getBlock() {
        return paragraph;
    }

    @Override
    public BlockContinue tryContinue(ParserState state) {
        return BlockContinue.none();
    }

    @Override
    public void addLine(SourceLine line) {
        text.addLine(line);
    }

    @Override
    public void parseInlines(InlineParser inlineParser) {
        inlineParser.parse(text, paragraph);
    }
}
