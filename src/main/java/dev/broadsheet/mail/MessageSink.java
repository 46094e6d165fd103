package dev.broadsheet.mail;

import java.nio.ByteBuffer;

/** Where one recipient's message is put together, piece by piece. */
interface MessageSink {

    /** Octets that other messages have too. @param octets outside the heap, not to be changed; all of them count */
    void shared(ByteBuffer octets);

    /** Octets of this message alone. */
    void own(byte[] octets);
}
