package dev.broadsheet.subscribers;

/**
 * A reader has confirmed a subscription. Fired in the transaction that records it, so that what follows from it is lost
 * with it or stays with it.
 */
public record Confirmed(long newsletterId, ReaderMails.Reader reader) {}
