package dev.broadsheet.subscribers;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/**
 * The words of mails to one reader, in English; other languages are files {@code messages/mails_….properties}. In blocks
 * by mail.
 */
@MessageBundle("mails")
public interface MailTexts {

    // ---------------------------------------------------------------- what people agree to: shown on the form and on
    // the page of the confirmation, kept with the proof of it

    @Message("I would like {newsletter} by mail. I can leave at any time: the link to do so is in every issue.")
    String consent(String newsletter);

    // ---------------------------------------------------------------- every mail

    @Message("If the button does not work, open this address in your browser:")
    String buttonOtherwise();

    @Message("Preferences")
    String preferences();

    @Message("Unsubscribe")
    String unsubscribe();

    // ---------------------------------------------------------------- confirmation

    @Message("Please confirm your subscription to {newsletter}")
    String confirmSubject(String newsletter);

    @Message("Please confirm your subscription")
    String confirmHeading();

    @Message("Somebody, hopefully you, asked that {newsletter} be sent to this address.")
    String confirmAsked(String newsletter);

    @Message("If it was you, please confirm it on the page behind this button.")
    String confirmPlease();

    @Message("The link works for {days} days.")
    String confirmForDays(long days);

    @Message("The link works for {hours} hours.")
    String confirmForHours(long hours);

    @Message("Confirm my subscription")
    String confirmButton();

    @Message(
            "If you did not ask for this, you can ignore this mail: without your confirmation nothing will be sent to you. Or tell us, and we will not ask this address again.")
    String confirmIgnore();

    @Message("I did not ask for this")
    String confirmNotMe();

    // ---------------------------------------------------------------- you are subscribed already

    @Message("You are subscribed to {newsletter} already")
    String subscribedSubject(String newsletter);

    @Message("You are subscribed already")
    String subscribedHeading();

    @Message(
            "Somebody, hopefully you, asked that {newsletter} be sent to this address. It already is: there is nothing more to do.")
    String subscribedAsked(String newsletter);

    @Message("What you get, and when, you can change in your preferences.")
    String subscribedPlease();

    @Message("My preferences")
    String subscribedButton();

    @Message("If it was not you, you can ignore this mail: nothing has changed.")
    String subscribedIgnore();

    // ---------------------------------------------------------------- welcome

    @Message("Welcome to {newsletter}")
    String welcomeSubject(String newsletter);

    @Message("You are subscribed")
    String welcomeHeading();

    @Message("Thank you for confirming. The next issue of {newsletter} comes to this address.")
    String welcomeThanks(String newsletter);

    @Message("Until then, here is the latest one, of {date}: {issue}")
    String welcomeLatest(String issue, String date);

    @Message("Read the latest issue")
    String welcomeButton();

    @Message("You get this mail because you confirmed your subscription to {newsletter}.")
    String welcomeWhy(String newsletter);

    // ---------------------------------------------------------------- goodbye

    @Message("You have left {newsletter}")
    String goodbyeSubject(String newsletter);

    @Message("Goodbye")
    String goodbyeHeading();

    @Message("You have left {newsletter}: no more issues come to this address.")
    String goodbyeLeft(String newsletter);

    @Message("If that was a mistake, or you want to come back one day, you can subscribe again.")
    String goodbyeBack();

    @Message("Subscribe again")
    String goodbyeButton();

    @Message("This is the last mail. It came because this address was taken off the list.")
    String goodbyeWhy();

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
