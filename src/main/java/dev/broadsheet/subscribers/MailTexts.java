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

    // ---------------------------------------------------------------- a reader's own short-lived links

    @Message("The link works once, and for an hour.")
    String linkOnce();

    @Message(
            "If you did not ask for this, you can ignore this mail: nothing happens unless somebody presses the button behind the link.")
    String linkIgnore();

    @Message("Your data")
    String linkExportHeading();

    @Message(
            "You asked for what {newsletter} and the other newsletters of this installation hold about you. It is a file to download from the page behind this button.")
    String linkExportWhat(String newsletter);

    @Message("To my data")
    String linkExportButton();

    @Message("Another address for your newsletters")
    String linkAddressHeading();

    @Message(
            "You asked to get {newsletter} at another address. You can type it on the page behind this button. We then ask that address, too.")
    String linkAddressWhat(String newsletter);

    @Message("Change my address")
    String linkAddressButton();

    @Message("Please confirm your new address")
    String linkNewAddressHeading();

    @Message("Somebody, hopefully you, asked that {newsletter} be sent to this address instead of another one.")
    String linkNewAddressWhat(String newsletter);

    @Message("Use this address")
    String linkNewAddressButton();

    @Message("Erase your data")
    String linkEraseHeading();

    @Message(
            "You asked {newsletter} to erase all that is held about you here, in every newsletter of this installation. The page behind this button does it, and it cannot be undone.")
    String linkEraseWhat(String newsletter);

    @Message("Go on to erase")
    String linkEraseButton();
}
