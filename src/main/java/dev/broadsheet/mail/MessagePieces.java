package dev.broadsheet.mail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One message as a socket takes it in one call: what all recipients share is never copied, the recipient's own pieces
 * stand in a small buffer outside the heap, which is used again for the next.
 */
final class MessagePieces implements MessageSink {

    private static final int USUAL = 8_192;

    private final List<ByteBuffer> pieces = new ArrayList<>();
    private ByteBuffer own = ByteBuffer.allocateDirect(USUAL);
    /** Where in it the piece begins that is being written. */
    private int begin;

    /** For the next message. */
    void reset() {
        pieces.clear();
        own.clear();
        begin = 0;
    }

    @Override
    public void shared(ByteBuffer octets) {
        endOwn();
        pieces.add(octets.duplicate());
    }

    @Override
    public void own(byte[] octets) {
        if (own.remaining() < octets.length) {
            endOwn(); // what was written stays in the buffer that it is in
            own = ByteBuffer.allocateDirect(USUAL + octets.length);
            begin = 0;
        }
        own.put(octets);
    }

    private void endOwn() {
        if (own.position() > begin) {
            pieces.add(own.slice(begin, own.position() - begin));
            begin = own.position();
        }
    }

    /** All of it, to be written once; until the next reset. */
    ByteBuffer[] pieces() {
        endOwn();
        return pieces.toArray(new ByteBuffer[0]);
    }
}
