package dev.broadsheet.mail;

import java.io.ByteArrayOutputStream;

/** One message as it goes over the wire, written again for each recipient; what signs it reads it where it stands. */
final class MessageBuffer extends ByteArrayOutputStream {

    MessageBuffer(int size) {
        super(size);
    }

    /** Its octets up to {@link #size}, and whatever is left of longer ones behind them; until the next write. */
    byte[] octets() {
        return buf;
    }

    /** Puts something before all that is there. */
    void prepend(byte[] head) {
        int length = count;
        writeBytes(head); // makes room
        System.arraycopy(buf, 0, buf, head.length, length);
        System.arraycopy(head, 0, buf, 0, head.length);
    }
}
