package dev.broadsheet.suppression;

/**
 * A mailbox that was dead lives: its owner has confirmed from it. Fired in the transaction that lifts the suppression.
 *
 * @param addressHash of {@link dev.broadsheet.platform.AddressHashes}
 */
public record Revived(byte[] addressHash) {}
