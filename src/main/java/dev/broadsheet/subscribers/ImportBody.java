package dev.broadsheet.subscribers;

import dev.broadsheet.platform.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What an editor handed in, as the bytes of UTF-8: told by a byte-order mark, or by the zeros of its ASCII at the
 * beginning, UTF-16 is converted.
 *
 * @param encoding as seen at the beginning; what is no UTF-8 further down shows when it is read
 */
record ImportBody(InputStream bytes, String encoding) {

    private static final int LOOKED_AT = 64;

    /** @throws Problem 400 where it plainly is something else than a text, such as a ZIP file */
    static ImportBody of(InputStream body) throws IOException {
        byte[] head = body.readNBytes(LOOKED_AT);
        refuseOthers(head);
        if (begins(head, 0xef, 0xbb, 0xbf)) {
            return new ImportBody(rejoined(head, 3, body), "UTF-8");
        }
        if (begins(head, 0xff, 0xfe)) {
            return utf16(rejoined(head, 2, body), StandardCharsets.UTF_16LE);
        }
        if (begins(head, 0xfe, 0xff)) {
            return utf16(rejoined(head, 2, body), StandardCharsets.UTF_16BE);
        }
        if (isZeroEach(head, 1)) {
            return utf16(rejoined(head, 0, body), StandardCharsets.UTF_16LE);
        }
        if (isZeroEach(head, 0)) {
            return utf16(rejoined(head, 0, body), StandardCharsets.UTF_16BE);
        }
        return new ImportBody(rejoined(head, 0, body), "UTF-8");
    }

    private static void refuseOthers(byte[] head) {
        if (begins(head, 'P', 'K', 3, 4)) {
            throw Problem.invalid("The body is a ZIP file or a spreadsheet. Send the CSV files in it one by one,"
                    + " or save the spreadsheet as CSV.");
        }
        if (begins(head, 0x1f, 0x8b)) {
            throw Problem.invalid("The body is compressed by gzip. Send the CSV file in it.");
        }
        if (begins(head, 0xd0, 0xcf, 0x11, 0xe0)) {
            throw Problem.invalid("The body is a spreadsheet. Save it as CSV.");
        }
    }

    private static InputStream rejoined(byte[] head, int skipped, InputStream rest) {
        return new SequenceInputStream(new ByteArrayInputStream(head, skipped, head.length - skipped), rest);
    }

    private static boolean begins(byte[] head, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= head.length || (head[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether most of every other byte is zero and none between: a header in UTF-16, mostly of English words. */
    private static boolean isZeroEach(byte[] head, int offset) {
        int pairs = head.length / 2;
        int zeros = 0;
        for (int i = 0; i < pairs; i++) {
            if (head[2 * i + 1 - offset] == 0) {
                return false;
            }
            zeros += head[2 * i + offset] == 0 ? 1 : 0;
        }
        return 2 * zeros > pairs;
    }

    private static ImportBody utf16(InputStream body, Charset charset) {
        return new ImportBody(new AsUtf8(new InputStreamReader(body, charset)), charset.name());
    }

    /** Characters as the bytes of UTF-8; halves of a character become U+FFFD. */
    private static class AsUtf8 extends InputStream {
        private final Reader text;
        private final char[] characters = new char[8192];
        private byte[] bytes = new byte[0];
        private int position;

        AsUtf8(Reader text) {
            this.text = text;
        }

        @Override
        public int read() throws IOException {
            return isAtEnd() ? -1 : bytes[position++] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (isAtEnd()) {
                return -1;
            }
            int count = Math.min(length, bytes.length - position);
            System.arraycopy(bytes, position, target, offset, count);
            position += count;
            return count;
        }

        private boolean isAtEnd() throws IOException {
            while (position == bytes.length) {
                int read = text.read(characters, 0, characters.length - 1);
                if (read < 0) {
                    return true;
                }
                if (read > 0 && Character.isHighSurrogate(characters[read - 1])) {
                    int other = text.read(); // the second half of the character
                    if (other >= 0) {
                        characters[read++] = (char) other;
                    }
                }
                bytes = new String(characters, 0, read).getBytes(StandardCharsets.UTF_8);
                position = 0;
            }
            return false;
        }
    }
}
