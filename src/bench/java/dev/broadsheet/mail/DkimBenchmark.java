package dev.broadsheet.mail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What a DKIM signature adds to one recipient's message of 90 KB, written as it goes over SMTP. One thread, warm. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DkimBenchmark {

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");

    private Path folder;
    private EncodedMessage message;
    private Recipient recipient;
    private MessageBuffer buffer;
    private DkimSigner rsa1024;
    private DkimSigner rsa2048;
    private DkimSigner ed25519;
    private MessageDigest sha256;

    @Setup
    public void make() throws IOException, GeneralSecurityException {
        folder = Files.createTempDirectory("dkim-benchmark");
        rsa1024 = signer("RSA", 1_024);
        rsa2048 = signer("RSA", 2_048);
        ed25519 = signer("Ed25519", 0);
        sha256 = MessageDigest.getInstance("SHA-256");
        String line = "A line of an issue, with <a href=\"https://example.org/a/link\">a link</a>.\n";
        message = EncodedMessage.of(new Message(
                new Mailbox("The Weekly", "weekly@news.example"),
                null,
                "Issue 7",
                line.repeat(842) + Mails.TAG,
                line.repeat(272) + Mails.TAG,
                Map.of("List-Id", "The Weekly <weekly.news.example>"),
                List.of(Mails.TAG)));
        recipient = Mails.recipient("ada@example.org");
        buffer = new MessageBuffer(message.size());
        System.out.println(written().size() + " octets");
    }

    private DkimSigner signer(String algorithm, int bits) throws IOException, GeneralSecurityException {
        Path file = DkimKeys.file(folder, "PRIVATE KEY", DkimKeys.pkcs8(algorithm, bits));
        return new DkimSigner(DkimKeys.key(file));
    }

    @TearDown
    public void remove() throws IOException {
        Files.delete(folder.resolve("dkim.pem"));
        Files.delete(folder);
    }

    @Benchmark
    public MessageBuffer written() {
        buffer.reset();
        message.write(recipient, NOW, buffer);
        return buffer;
    }

    @Benchmark
    public byte[] writtenAndHashed() {
        written();
        sha256.update(buffer.octets(), 0, buffer.size());
        return sha256.digest();
    }

    @Benchmark
    public MessageBuffer writtenAndSignedByRsa1024() {
        rsa1024.sign(written(), NOW);
        return buffer;
    }

    @Benchmark
    public MessageBuffer writtenAndSignedByRsa2048() {
        rsa2048.sign(written(), NOW);
        return buffer;
    }

    @Benchmark
    public MessageBuffer writtenAndSignedByEd25519() {
        ed25519.sign(written(), NOW);
        return buffer;
    }

    public static void main(String[] arguments) throws Exception {
        new Runner(new OptionsBuilder()
                        .include(DkimBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
