package dev.broadsheet.mail;

import com.sendgrid.helpers.mail.Mail;
import com.sendgrid.helpers.mail.objects.ClickTrackingSetting;
import com.sendgrid.helpers.mail.objects.Content;
import com.sendgrid.helpers.mail.objects.Email;
import com.sendgrid.helpers.mail.objects.GoogleAnalyticsSetting;
import com.sendgrid.helpers.mail.objects.OpenTrackingSetting;
import com.sendgrid.helpers.mail.objects.Personalization;
import com.sendgrid.helpers.mail.objects.SubscriptionTrackingSetting;
import com.sendgrid.helpers.mail.objects.TrackingSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What the body of a request to SendGrid costs a recipient: a message of 90 KB to 1,000, written up to the socket. Beside
 * it the same body by sendgrid-java, as its client wants it: objects, a string, bytes. One thread, warm.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SendGridBenchmark {

    private static final int RECIPIENTS = 1_000;

    private Message message;
    private SendGridMessage encoded;
    private List<Recipient> recipients;
    private MessageBuffer buffer;

    @Setup
    public void make() throws IOException {
        String line = "A line of an issue, with <a href=\"https://example.org/a/link\">a link</a>.\n";
        String preferences = "slot-0123456789abcdef-preferences-url";
        message = new Message(
                new Mailbox("The Weekly", "weekly@news.example"),
                null,
                "Issue 7",
                line.repeat(842) + Mails.TAG + preferences,
                line.repeat(272) + Mails.TAG + preferences,
                Map.of("List-Id", "<weekly.news.example>"),
                List.of(Mails.TAG, preferences));
        recipients = IntStream.range(0, RECIPIENTS)
                .mapToObj(i -> {
                    String token = "u." + i + ".kJ8s0dQh3xW2bVn5tR7yUoP1aZcE4fGm";
                    String unsubscribe = "https://news.example/unsubscribe/" + token;
                    return new Recipient(
                            "7-" + i,
                            "reader" + i + "@example.org",
                            null,
                            "d7-" + i + ".0123456789abcdef@news.example",
                            Map.of(
                                    "List-Unsubscribe",
                                    "<" + unsubscribe + ">",
                                    "List-Unsubscribe-Post",
                                    "List-Unsubscribe=One-Click"),
                            Map.of(Mails.TAG, unsubscribe, preferences, "https://news.example/preferences/" + token),
                            Map.of("bs_issue", "7", "bs_delivery", String.valueOf(i)));
                })
                .toList();
        encoded = SendGridMessage.of(message, false, false);
        buffer = new MessageBuffer(1 << 16);
        System.out.println(written() + " octets, by sendgrid-java " + bySendGridJava().length);
    }

    @Benchmark
    @OperationsPerInvocation(RECIPIENTS)
    public long written() throws IOException {
        SendGridBody body = new SendGridBody(encoded, "7b1f2c1e-8a4d-4a52-9c0e-3f5f0d7a6b11", buffer);
        for (Recipient recipient : recipients) {
            if (body.takes(recipient)) {
                body.add(recipient);
            }
        }
        body.end();
        body.writeTo(OutputStream.nullOutputStream());
        return body.getContentLength();
    }

    /** What the first request of a campaign costs besides, or of a variant. */
    @Benchmark
    public SendGridMessage encodedOnce() {
        return SendGridMessage.of(message, false, false);
    }

    @Benchmark
    @OperationsPerInvocation(RECIPIENTS)
    public byte[] bySendGridJava() throws IOException {
        Mail mail = new Mail();
        mail.setFrom(new Email(message.from().email(), message.from().name()));
        mail.setSubject(message.subject());
        mail.addContent(new Content("text/plain", message.text()));
        mail.addContent(new Content("text/html", message.html()));
        message.headers().forEach(mail::addHeader);
        mail.setTrackingSettings(noTracking());
        for (Recipient recipient : recipients) {
            Personalization one = new Personalization();
            one.addTo(new Email(WireAddress.of(recipient.email())));
            one.addHeader("Message-ID", "<" + recipient.messageId() + ">");
            recipient.headers().forEach(one::addHeader);
            recipient.values().forEach(one::addSubstitution);
            recipient.customArgs().forEach(one::addCustomArg);
            one.addCustomArg("bs_request", "7b1f2c1e-8a4d-4a52-9c0e-3f5f0d7a6b11");
            mail.addPersonalization(one);
        }
        return mail.build().getBytes(StandardCharsets.UTF_8);
    }

    private static TrackingSettings noTracking() {
        ClickTrackingSetting clicks = new ClickTrackingSetting();
        clicks.setEnable(false);
        clicks.setEnableText(false);
        OpenTrackingSetting opens = new OpenTrackingSetting();
        opens.setEnable(false);
        SubscriptionTrackingSetting subscriptions = new SubscriptionTrackingSetting();
        subscriptions.setEnable(false);
        GoogleAnalyticsSetting analytics = new GoogleAnalyticsSetting();
        analytics.setEnable(false);
        TrackingSettings settings = new TrackingSettings();
        settings.setClickTrackingSetting(clicks);
        settings.setOpenTrackingSetting(opens);
        settings.setSubscriptionTrackingSetting(subscriptions);
        settings.setGoogleAnalyticsSetting(analytics);
        return settings;
    }

    public static void main(String[] arguments) throws Exception {
        new Runner(new OptionsBuilder()
                        .include(SendGridBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
