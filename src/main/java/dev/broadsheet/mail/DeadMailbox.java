package dev.broadsheet.mail;

/**
 * A single mail was refused while it was handed over, since there is no such mailbox. Fired in the transaction that
 * records it.
 *
 * @param addressHash of {@link dev.broadsheet.platform.AddressHashes}
 */
public record DeadMailbox(long mailId, byte[] addressHash) {}
