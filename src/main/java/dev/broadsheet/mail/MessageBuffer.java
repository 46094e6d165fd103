package dev.broadsheet.mail;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** One message in one piece, written again for each recipient; what signs it reads it where it stands. */
final class MessageBuffer extends ByteArrayOutputStream implements MessageSink {

    MessageBuffer(int size) {
        super(size);
    }

    @Override
    public void shared(ByteBuffer octets) {
        byte[] copy = new byte[octets.remaining()];
        octets.duplicate().get(copy);
        writeBytes(copy);
    }

    @Override
    public void own(byte[] octets) {
        writeBytes(octets);
    }

    /** Its octets up to {@link #size}, and whatever is left of longer ones behind them; until the next write. */
    byte[] octets() {
        return buf;
    }

    /** All of it; until the next write. */
    ByteBuffer[] pieces() {
        return new ByteBuffer[] {ByteBuffer.wrap(buf, 0, count)};
    }

    /** Puts something before all that is there. */
    void prepend(byte[] head) {
        int length = count;
        writeBytes(head); // makes room
        System.arraycopy(buf, 0, buf, head.length, length);
        System.arraycopy(head, 0, buf, 0, head.length);
    }
}
