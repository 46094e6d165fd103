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

    @Message("Addresses of this domain are not taken here. Please use another address.")
    String formDomainDenied();

    @Message("Mail from here cannot reach an address with letters like these before the @. Please use another address.")
    String formAddressLetters();

    /** Of a field that nobody sees, and robots fill. */
    @Message("Leave this empty")
    String formTrap();

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

    @Message("This form on your own site")
    String homeEmbed();

    @Message("Copy these lines into any page. They need no script.")
    String homeEmbedHow();

    // ---------------------------------------------------------------- one more step

    @Message("One more step")
    String buttonTitle();

    @Message("Once you press the button, the mail that asks for your confirmation goes to")
    String buttonLead();

    @Message("It tells us that there is a person at the other end.")
    String buttonWhy();

    @Message(
            "This looks like an address that several people read. Each of them can confirm, and each can leave. If you have an address of your own, please go back and use that.")
    String buttonRole();

    @Message(
            "This looks like an address that lasts for a short while. When it goes, the newsletter stops coming. If you have another one, please go back and use that.")
    String buttonDisposable();

    @Message("That was a little too soon. Please wait half a minute on this page, then press the button again.")
    String buttonTooSoon();

    @Message("Many people have signed up from your network lately. Without script, please come back in an hour.")
    String buttonNetwork();

    @Message("Without script, please wait half a minute before you press the button.")
    String buttonWait();

    @Message("Your browser is working on a little riddle that keeps robots away. It takes a few seconds.")
    String buttonWorking();

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

    @Message("Fewer, or a break, rather than none?")
    String unsubscribeRather();

    @Message("To your preferences")
    String unsubscribePreferences();

    @Message("Would you tell us why?")
    String unsubscribeWhy();

    @Message("It was too much")
    String unsubscribeTooMuch();

    @Message("It is not about what I care for")
    String unsubscribeNotForMe();

    @Message("I never asked for it")
    String unsubscribeNeverAsked();

    @Message("I read it elsewhere")
    String unsubscribeElsewhere();

    @Message("Something else")
    String unsubscribeOther();

    @Message("In your words")
    String unsubscribeWords();

    @Message("Send")
    String unsubscribeSendReason();

    @Message("Thank you")
    String unsubscribeThanks();

    @Message("Only the editors read it.")
    String unsubscribeThanksLead();

    // ---------------------------------------------------------------- preferences

    @Message("Your preferences")
    String preferencesTitle();

    @Message("How {newsletter} comes to {address}.")
    String preferencesLead(String newsletter, String address);

    @Message("Sections")
    String preferencesSections();

    @Message("All ticked, or none, means the whole issue, new sections too.")
    String preferencesSectionsHint();

    @Message("No mail before")
    String preferencesPause();

    @Message("A break of up to a year; it ends by itself.")
    String preferencesPauseHint();

    @Message("Language of these pages")
    String preferencesLanguage();

    @Message("As the newsletter")
    String preferencesLanguageOfNewsletter();

    @Message("Save")
    String preferencesSave();

    @Message("Saved.")
    String preferencesSaved();

    @Message("Nothing was saved: a pause is a date within a year, and a name is one line of at most 200 characters.")
    String preferencesRefused();

    @Message("Unsubscribe instead")
    String preferencesLeave();

    @Message("{newsletter} does not come to you at present.")
    String preferencesNotActive(String newsletter);

    @Message("Subscribe")
    String preferencesSubscribe();

    @Message("Your data")
    String preferencesMine();

    @Message("For these we first send a link to {address}, since mails get forwarded and this page with them.")
    String preferencesMineLead(String address);

    @Message("Download my data")
    String preferencesExport();

    @Message("Change my address")
    String preferencesAddress();

    @Message("Erase all about me")
    String preferencesErase();

    @Message("Look into your inbox")
    String preferencesSentTitle();

    @Message("A link is on its way to {address}. It works once, and for an hour.")
    String preferencesSentLead(String address);

    @Message("Nothing there after a few minutes? Look into the spam folder, or ask once more.")
    String preferencesSentHint();

    @Message("Back to your preferences")
    String preferencesBack();

    @Message("This link belongs to nobody: it is of a test mail, or the person behind it was erased.")
    String preferencesNobody();

    // ---------------------------------------------------------------- a reader's own data, behind short-lived links

    @Message("Download your data")
    String dataExportTitle();

    @Message("A file (JSON) with all that is held here about {address}, in every newsletter of this installation.")
    String dataExportLead(String address);

    @Message("Download")
    String dataExportButton();

    @Message("Change your address")
    String dataAddressTitle();

    @Message("All your newsletters here move from {address} to the new address once that has answered, too.")
    String dataAddressLead(String address);

    @Message("New e-mail address")
    String dataAddressNew();

    @Message("Ask the new address")
    String dataAddressButton();

    @Message("We have asked {address}. Open the link in that mail within an hour; until then nothing changes.")
    String dataAddressAsked(String address);

    @Message("Use this address")
    String dataNewAddressTitle();

    @Message("Press the button, and {newsletter} comes to {address} from now on.")
    String dataNewAddressLead(String newsletter, String address);

    @Message("Yes, use this address")
    String dataNewAddressButton();

    @Message("You know nothing of this? Then do nothing: without the button nothing happens.")
    String dataNewAddressNotYou();

    @Message("Your address has changed")
    String dataMovedTitle();

    @Message("From now on your newsletters come to {address}. Links in older mails still work.")
    String dataMovedLead(String address);

    @Message("Nothing was changed")
    String dataTakenTitle();

    @Message(
            "{address} is known here by itself already. Subscribe with it, and leave with the other address by the link in any issue.")
    String dataTakenLead(String address);

    @Message("Erase all about you")
    String dataEraseTitle();

    @Message(
            "Everything that is held here about {address} is erased, in every newsletter of this installation. This cannot be undone.")
    String dataEraseLead(String address);

    @Message("Erase everything")
    String dataEraseButton();

    @Message(
            "What stays is a code made of the address, from which the address cannot be read. It keeps us from writing to you again, unless you subscribe yourself.")
    String dataEraseHint();

    @Message("Erased")
    String dataErasedTitle();

    @Message("Nothing about you is held here any more. A mail that is on its way this minute may still arrive.")
    String dataErasedLead();

    @Message("It works once, and for an hour. On this page you can have a new one sent to you:")
    String dataTooLate();

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
