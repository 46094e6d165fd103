package dev.broadsheet.delivery;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/** The words of mails to a newsletter's editors, in English; other languages are files {@code messages/alerts_….properties}. */
@MessageBundle("alerts")
interface AlertTexts {

    // ---------------------------------------------------------------- what happened

    @Message("{newsletter}: sending {issue} is paused")
    String pausedSubject(String newsletter, String issue);

    @Message("Sending is paused")
    String pausedHeading();

    @Message("The campaign of issue {issue} was paused on {time}.")
    String pausedWhat(String issue, String time);

    @Message("{newsletter}: {issue} waits for your approval")
    String canarySubject(String newsletter, String issue);

    @Message("Waiting for your approval")
    String canaryHeading();

    @Message("The first recipients of issue {issue} have got it. Since {time} the others wait.")
    String canaryWhat(String issue, String time);

    @Message("{newsletter}: sending {issue} was cancelled")
    String cancelledSubject(String newsletter, String issue);

    @Message("Sending was cancelled")
    String cancelledHeading();

    @Message("The campaign of issue {issue} was cancelled on {time}.")
    String cancelledWhat(String issue, String time);

    @Message("{newsletter}: {issue} is sent")
    String doneSubject(String newsletter, String issue);

    @Message("The issue is sent")
    String doneHeading();

    @Message("The campaign of issue {issue} was done on {time}: every recipient is accounted for.")
    String doneWhat(String issue, String time);

    @Message("{newsletter}: {issue} went to nobody")
    String nobodySubject(String newsletter, String issue);

    @Message("The issue went to nobody")
    String nobodyHeading();

    @Message("The campaign of issue {issue} was done on {time} without a recipient: there is no active reader, or all"
            + " of them had the issue from an earlier campaign.")
    String nobodyWhat(String issue, String time);

    @Message("{newsletter}: nothing was sent")
    String notSentSubject(String newsletter);

    @Message("Nothing was sent")
    String notSentHeading();

    @Message("By its schedule an issue was to be sent on {time}, and none was.")
    String notSentWhat(String time);

    @Message("This has happened {times} times of late, the first time on {first}.")
    String again(int times, String first);

    @Message("Reason: {reason} ({code})")
    String reason(String reason, String code);

    // ---------------------------------------------------------------- why: the house's own reasons

    @Message("An editor paused it.")
    String reasonPausedByEditor();

    @Message("An editor cancelled it.")
    String reasonCancelledByEditor();

    @Message("The issue was withdrawn.")
    String reasonWithdrawn();

    @Message("Messages are left that may or may not have been handed over.")
    String reasonInDoubt();

    @Message("Requests in doubt: {requests}, with {recipients} recipients, since {since}.")
    String doubtRequests(long requests, long recipients, String since);

    @Message("Events have told of other requests since ({others}), and of none of these: that speaks for not accepted.")
    String doubtOthers(long others);

    @Message("No event has told of another request since: nothing can be said yet.")
    String doubtNothingYet();

    @Message("No events come at all, so nothing can be said. Is SendGrid's event webhook set up?")
    String doubtNoEvents();

    @Message("Events may come until {until}.")
    String doubtUntil(String until);

    @Message("The time in which events may come is over.")
    String doubtOver();

    @Message("The counters and the ledger do not agree. This is a fault of the program: please report it.")
    String reasonCountsDiffer();

    @Message("Campaigns start paused here (BROADSHEET_DELIVERY_START).")
    String reasonStartPaused();

    @Message("Its time passed while nobody ran.")
    String reasonMisfired();

    @Message("No published issue is newer than the last one that was sent.")
    String reasonNoIssue();

    // ---------------------------------------------------------------- how far it came

    @Message("Recipients: {recipients}.")
    String recipients(long recipients);

    @Message("sent")
    String sent();

    @Message("delivered")
    String delivered();

    @Message("waiting")
    String queued();

    @Message("in doubt")
    String inDoubt();

    @Message("bounced")
    String bounced();

    @Message("complained")
    String complained();

    @Message("failed")
    String failed();

    @Message("passed over")
    String skipped();

    @Message("cancelled")
    String cancelled();

    // ---------------------------------------------------------------- what to do

    @Message("When the reason is settled, POST {url}/resume goes on with exactly the rest; POST {url}/cancel ends it.")
    String toResume(String url);

    @Message(
            "Look at what the first ones got. POST {url}/resume approves it and sends to the others; POST {url}/cancel ends it.")
    String toApprove(String url);

    @Message(
            "Decide what becomes of the messages in doubt: POST {url}/settle, with SENT, RESEND or SKIP for as. Then it goes on by itself.")
    String toSettle(String url);

    @Message("To go on, publish the issue again, then POST {url}/resume; POST {url}/cancel ends it.")
    String toPublishAgain(String url);

    @Message("POST {url}/resume sends it now; POST {url}/cancel ends it.")
    String toSendLate(String url);

    @Message("POST {url}/retry tries again what failed.")
    String toRetry(String url);

    @Message("Who has not got the issue can get it by another campaign: POST {url}")
    String toReachTheRest(String url);

    @Message("When an issue is published and ready, POST {url} sends it; else the schedule goes on at its next time.")
    String toSendByHand(String url);

    // ---------------------------------------------------------------- at the foot

    @Message("The campaign")
    String campaign();

    @Message("Its deliveries")
    String deliveries();

    @Message("The issues")
    String issues();

    @Message("You get this mail because {newsletter} names this address for alerts (alertEmails).")
    String why(String newsletter);
}
