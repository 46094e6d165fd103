package dev.broadsheet.subscribers;

/**
 * A reader has left a newsletter. Fired in the transaction that records it, so that what is on its way to them can be
 * stopped in the same one.
 */
public record Left(long subscriptionId) {}
