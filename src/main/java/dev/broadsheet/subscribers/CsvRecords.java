package dev.broadsheet.subscribers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * CSV (RFC 4180) cut into records as bytes, one record in memory at a time. The libraries for CSV give a file up, or
 * swallow the rest of it, at the first quote that is never closed; here such a record costs one line, and what follows
 * is read anew from the next one.
 *
 * <p>A line that is no UTF-8 is taken as windows-1252 (which has all of Latin-1's letters) as long as nothing in the
 * file spoke for UTF-8; behind that it is a damaged line. So a file from an old spreadsheet is read, and one wrong byte
 * in a gigabyte costs its line.
 */
class CsvRecords {

    /** Longest record, in bytes. */
    static final int LONGEST = 262_144;

    private static final int END = -1;
    private static final int TOO_FAR = -2;
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private final InputStream in;
    private byte delimiter = ',';
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    private final byte[] buffer = new byte[2 * LONGEST];
    private int filled;
    private boolean atEnd;

    private int start;
    private int end;
    private long line = 1;
    private long linesInRecord;
    private @Nullable String damage;

    private int count;
    private int[] from = new int[32];
    private int[] to = new int[32];
    private boolean[] escaped = new boolean[32];

    private boolean utf8Seen;
    private long linesAsWindows;
    private long windowsLine;

    /** @param in UTF-8, or something of the kind, without a byte-order mark */
    CsvRecords(InputStream in) {
        this.in = in;
    }

    /** Goes on to the next record that is not blank. @return false at the end */
    boolean next() throws IOException {
        do {
            start = end;
            line += linesInRecord;
            linesInRecord = 0;
            damage = null;
            count = 0;
            if (start >= LONGEST) {
                System.arraycopy(buffer, start, buffer, 0, filled - start);
                filled -= start;
                start = 0;
            }
            end = start;
            if (at(start) == END) {
                return false;
            }
            cut();
        } while (damage == null && isBlank());
        return true;
    }

    /** Reads the present record anew, and the following ones, as cut by this. */
    void cutBy(char between) throws IOException {
        delimiter = (byte) between;
        linesInRecord = 0;
        damage = null;
        count = 0;
        cut();
    }

    /** Number of the record's first line in the file, the first one being 1. */
    long line() {
        return line;
    }

    /** Why the record cannot be read; null where it can. */
    @Nullable
    String damage() {
        return damage;
    }

    int fields() {
        return count;
    }

    /** Lines so far that were no UTF-8 and were read as windows-1252. */
    long linesAsWindows() {
        return linesAsWindows;
    }

    /** @return null where its bytes are no text */
    @Nullable
    String field(int index) {
        String text = text(from[index], to[index]);
        return text != null && escaped[index] ? text.replace("\"\"", "\"") : text;
    }

    /** The record as it stands in the file, at most so many characters of it; for a report. */
    String content(int most) {
        int until = Math.min(end, start + 4 * most);
        String text = new String(buffer, start, until - start, StandardCharsets.UTF_8).stripTrailing();
        return text.length() > most ? text.substring(0, most) + "…" : text;
    }

    private void cut() throws IOException {
        int position = start;
        while (true) {
            position = at(position) == '"' ? quoted(position + 1) : plain(position);
            if (damage != null) {
                cutToFirstLine();
                return;
            }
            int next = at(position);
            if (next == delimiter) {
                position++;
                continue;
            }
            end = next == END ? position : afterLineEnd(position);
            linesInRecord++;
            if (has((byte) 0)) {
                damage = "it holds a NUL character";
            }
            return;
        }
    }

    private int plain(int position) throws IOException {
        int p = position;
        while (true) {
            int b = at(p);
            if (b == TOO_FAR) {
                damage = "it is longer than " + LONGEST + " bytes";
                return p;
            }
            if (b == END || b == delimiter || b == '\n' || b == '\r') {
                add(position, p, false);
                return p;
            }
            p++;
        }
    }

    private int quoted(int position) throws IOException {
        int p = position;
        boolean doubled = false;
        while (true) {
            int b = at(p);
            if (b == END || b == TOO_FAR) {
                damage = "a quote is opened and not closed";
                return p;
            }
            if (b == '"') {
                if (at(p + 1) == '"') {
                    doubled = true;
                    p += 2;
                    continue;
                }
                add(position, p, doubled);
                int after = at(p + 1);
                if (after != delimiter && after != '\n' && after != '\r' && after != END) {
                    damage = "a quote is closed within a field";
                }
                return p + 1;
            }
            if (b == '\n' || (b == '\r' && at(p + 1) != '\n')) {
                linesInRecord++;
            }
            p++;
        }
    }

    /** What is damaged may have run over many good lines: only the first one is given up. */
    private void cutToFirstLine() throws IOException {
        count = 0;
        linesInRecord = 1;
        int p = start;
        int b = at(p);
        while (b != END && b != '\n' && b != '\r') {
            if (b == TOO_FAR) {
                damage = "it is longer than " + LONGEST + " bytes";
                skipLine();
                return;
            }
            b = at(++p);
        }
        end = b == END ? p : afterLineEnd(p);
    }

    /** Of a line that does not fit into memory: the beginning stays for the report, the rest is passed over. */
    private void skipLine() throws IOException {
        int kept = start + LONGEST / 2;
        int p = kept;
        while (p < filled || fill()) {
            while (p < filled && buffer[p] != '\n' && buffer[p] != '\r') {
                p++;
            }
            if (p < filled) {
                System.arraycopy(buffer, p, buffer, kept, filled - p);
                filled -= p - kept;
                end = afterLineEnd(kept);
                return;
            }
            filled = kept;
            p = kept;
        }
        end = kept;
    }

    private int afterLineEnd(int position) throws IOException {
        return at(position) == '\r' && at(position + 1) == '\n' ? position + 2 : position + 1;
    }

    private void add(int first, int last, boolean doubled) {
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
            escaped = Arrays.copyOf(escaped, 2 * count);
        }
        from[count] = first;
        to[count] = last;
        escaped[count] = doubled;
        count++;
    }

    private boolean isBlank() {
        for (int i = 0; i < count; i++) {
            for (int p = from[i]; p < to[i]; p++) {
                if (buffer[p] != ' ' && buffer[p] != '\t') {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean has(byte wanted) {
        for (int p = start; p < end; p++) {
            if (buffer[p] == wanted) {
                return true;
            }
        }
        return false;
    }

    private int at(int position) throws IOException {
        if (position - start >= LONGEST) {
            return TOO_FAR;
        }
        if (position < filled) {
            return buffer[position] & 0xff;
        }
        return !atEnd && fill() ? at(position) : END;
    }

    private boolean fill() throws IOException {
        int read = in.read(buffer, filled, buffer.length - filled);
        atEnd = read < 0;
        filled += Math.max(0, read);
        return !atEnd;
    }

    private @Nullable String text(int first, int last) {
        boolean ascii = true;
        for (int p = first; p < last && ascii; p++) {
            ascii = buffer[p] >= 0;
        }
        if (ascii) {
            return new String(buffer, first, last - first, StandardCharsets.ISO_8859_1);
        }
        try {
            CharBuffer text = utf8.decode(ByteBuffer.wrap(buffer, first, last - first));
            utf8Seen = true;
            return text.toString();
        } catch (CharacterCodingException e) {
            if (utf8Seen) {
                return null;
            }
            if (windowsLine != line) {
                windowsLine = line;
                linesAsWindows++;
            }
            return new String(buffer, first, last - first, WINDOWS);
        }
    }
}
