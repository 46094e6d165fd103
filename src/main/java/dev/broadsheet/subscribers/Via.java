package dev.broadsheet.subscribers;

/** By which way a person, or an editor for them, changed a subscription. */
public enum Via {
    /** The sign-up form. */
    FORM,
    /** A button behind a link in a mail. */
    LINK,
    /** The mail program's own unsubscribe button (RFC 8058). */
    ONE_CLICK,
    IMPORT,
    EDITOR,
    /** Through the mail provider's own unsubscribe. */
    PROVIDER,
    /** They marked a mail of ours as spam. */
    COMPLAINT
}
