package dev.broadsheet.issues;

import dev.broadsheet.platform.Problem;
import dev.broadsheet.platform.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** An issue's source as it came in: text, and the hash of its bytes that tells the same source from another. */
record Source(String text, byte[] hash) {

    static final int MAX_BYTES = 1_048_576;

    /** @throws Problem 413 over 1 MB, 400 {@code not-utf-8}, 400 {@code invalid} where it holds a NUL character */
    static Source of(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new Problem(413, "too-large", "An issue has at most 1 MB of source.");
        }
        String text;
        try {
            // a decoder made anew reports what it cannot read instead of replacing it
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Problem(400, "not-utf-8", "The source is not UTF-8. Save the file as UTF-8 and send it again.");
        }
        if (text.indexOf('\0') >= 0) {
            throw Problem.invalid("The source holds a NUL character, so it is not text. Remove it.");
        }
        return new Source(text, Sha256.of(bytes));
    }
}
