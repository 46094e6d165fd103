package dev.broadsheet.subscribers;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/** The words of mails to one reader, in English; other languages are files {@code messages/mails_….properties}. In blocks by mail. */
@MessageBundle("mails")
interface MailTexts {

    // ---------------------------------------------------------------- confirmation

    @Message("Please confirm your subscription to {newsletter}")
    String confirmSubject(String newsletter);

    @Message("Please confirm your subscription")
    String confirmHeading();

    @Message("Somebody, hopefully you, asked that {newsletter} be sent to this address.")
    String confirmAsked(String newsletter);

    @Message("If it was you, please confirm it on the page behind this button. The link works for a week.")
    String confirmPlease();

    @Message("Confirm my subscription")
    String confirmButton();

    @Message(
            "If you did not ask for this, you can ignore this mail: without your confirmation nothing will be sent to you. On the same page you can also say that it was not you.")
    String confirmIgnore();
}
