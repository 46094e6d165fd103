package dev.broadsheet.site;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/** The words of readers' pages, in English; other languages are files {@code messages/pages_….properties}. In blocks by page. */
@MessageBundle("pages")
interface PageTexts {

    // ---------------------------------------------------------------- every page

    /** The language of these words, for the page to say. */
    @Message("en")
    String language();

    @Message("Newsletters")
    String newsletters();

    @Message("To the start")
    String toTheStart();

    // ---------------------------------------------------------------- the sign-up form

    @Message("E-mail address")
    String formEmail();

    @Message("Name")
    String formName();

    @Message("(optional)")
    String formOptional();

    @Message("Subscribe")
    String formSubscribe();

    @Message("We send you one mail to confirm the address. Nothing else follows unless you do.")
    String formHint();

    @Message("Please check the address: it cannot be one as it stands.")
    String formNotAnAddress();

    // ---------------------------------------------------------------- the newsletter's page and the list of
    // newsletters

    @Message("There is none here yet.")
    String listNone();

    @Message("Latest issues")
    String homeLatestIssues();

    @Message("All issues")
    String homeAllIssues();

    @Message("Feed")
    String homeFeed();

    @Message("{newsletter} on the web")
    String homeOnTheWeb(String newsletter);

    // ---------------------------------------------------------------- one more step

    @Message("One more step")
    String buttonTitle();

    @Message("Once you press the button, the mail that asks for your confirmation goes to")
    String buttonLead();

    @Message("It tells us that there is a person at the other end.")
    String buttonWhy();

    // ---------------------------------------------------------------- check your inbox

    @Message("Check your inbox")
    String inboxTitle();

    @Message("We are sending you a mail with a link. Open it and press the button there: then you are subscribed.")
    String inboxLead();

    @Message(
            "Nothing there after a few minutes? Look into the spam folder. If you are subscribed already, the mail says so.")
    String inboxNothing();

    // ---------------------------------------------------------------- welcome

    @Message("Welcome")
    String welcomeTitle();

    @Message("You are subscribed")
    String welcomeHeading();

    @Message("Thank you. The next issue of {newsletter} comes by mail.")
    String welcomeLead(String newsletter);

    @Message("Mails come from {sender}. Every issue has a link to leave; it works for ever.")
    String welcomeSender(String sender);

    // ---------------------------------------------------------------- confirm

    @Message("Confirm")
    String confirmTitle();

    @Message("Confirm your subscription")
    String confirmHeading();

    @Message("{newsletter} will be sent to {address} once you say yes.")
    String confirmLead(String newsletter, String address);

    @Message("Yes, subscribe me")
    String confirmYes();

    @Message("Somebody else typed this address? Then tell us, and we will not ask you again.")
    String confirmSomebodyElse();

    @Message("I did not ask for this")
    String confirmNotMe();

    @Message("Confirmed")
    String confirmAlreadyTitle();

    @Message("This subscription to {newsletter} is confirmed. There is nothing more to do.")
    String confirmAlreadyLead(String newsletter);

    @Message("It was not you? Then tell us: it ends at once.")
    String confirmAlreadyNotYou();

    @Message("Done")
    String confirmDisownedTitle();

    @Message("Sorry about that")
    String confirmDisownedHeading();

    @Message("{newsletter} will not write to you again, whoever asks for it.")
    String confirmDisownedLead(String newsletter);

    @Message("Expired")
    String confirmExpiredTitle();

    @Message("This link has expired")
    String confirmExpiredHeading();

    @Message("Press the button, and we send a new one to {address}.")
    String confirmExpiredLead(String address);

    @Message("Send me a new link")
    String confirmExpiredAgain();

    // ---------------------------------------------------------------- unsubscribe

    @Message("Unsubscribe")
    String unsubscribeHeading();

    @Message("Press the button, and {address} gets no more issues of {newsletter}.")
    String unsubscribeLead(String address, String newsletter);

    @Message("Press the button, and no more issues of this newsletter come.")
    String unsubscribeLeadNobody();

    @Message("You have left")
    String unsubscribeAlreadyHeading();

    @Message("{newsletter} is not sent to {address} any more.")
    String unsubscribeAlreadyLead(String newsletter, String address);

    @Message("Unsubscribed")
    String unsubscribeLeftTitle();

    @Message("You are unsubscribed")
    String unsubscribeLeftHeading();

    @Message("{newsletter} will not be sent to you any more.")
    String unsubscribeLeftLead(String newsletter);

    @Message("The newsletter will not be sent to you any more.")
    String unsubscribeLeftLeadNobody();

    @Message("A mail that is on its way this minute may still arrive.")
    String unsubscribeOnItsWay();

    @Message("Pressed by mistake?")
    String unsubscribeByMistake();

    @Message("Undo, keep me subscribed")
    String unsubscribeUndo();

    @Message("Welcome back")
    String unsubscribeBackTitle();

    @Message("You are subscribed again")
    String unsubscribeBackHeading();

    @Message("As if nothing had happened: the next issue of {newsletter} comes by mail.")
    String unsubscribeBackLead(String newsletter);

    @Message("Too late")
    String unsubscribeTooLateTitle();

    @Message("This can no longer be undone")
    String unsubscribeTooLateHeading();

    @Message("But you can subscribe again.")
    String unsubscribeTooLateLead();

    // ---------------------------------------------------------------- the archive

    @Message("Issues")
    String issuesHeading();

    @Message("There is none yet.")
    String issuesNone();

    @Message("Older issues")
    String issuesOlder();

    @Message("Other issues")
    String issuesAround();

    @Message("Previous issue")
    String issuesPrevious();

    @Message("Next issue")
    String issuesNext();

    @Message("{newsletter} comes by mail:")
    String issuesByMail(String newsletter);

    @Message("subscribe")
    String issuesSubscribe();

    @Message("follow the feed")
    String issuesFeed();

    @Message("read other issues")
    String issuesRead();

    @Message("Withdrawn")
    String issuesWithdrawnTitle();

    @Message("This issue was withdrawn")
    String issuesWithdrawnHeading();

    @Message("Its editors have taken it off the web.")
    String issuesWithdrawnLead();
}
