package dev.broadsheet.feedback;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Mails as they come to a bounce mailbox, written for the tests after the RFCs and what the programs are known to write.
 * They are about delivery 345 of issue 12 or single mail 77, by the return paths and message ids here.
 */
final class Bounces {

    static final String RETURN_PATH = "bounces+12-345.1a2b3c4d5e6f@mail.weekly.example";
    static final String MESSAGE_ID = "d12-345.6f5e4d3c2b1a@weekly.example";
    static final String SINGLE_RETURN_PATH = "bounces+77.0a1b2c3d4e5f@mail.weekly.example";
    static final String SINGLE_MESSAGE_ID = "mail-77.f5e4d3c2b1a0@weekly.example";

    private static final Path FOLDER = Path.of("src/test/resources/bounces");

    private Bounces() {}

    static Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString().replace(".eml", "")).sorted().toList().stream();
        }
    }

    /** With line ends as mails have them. */
    static byte[] sample(String name) {
        return octets(text(name).replace("\n", "\r\n"));
    }

    static String text(String name) {
        try {
            return Files.readString(FOLDER.resolve(name + ".eml"), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Knows the seals of the samples, and no others. */
    static Matching matching() {
        Map<String, Matching.Sent> addresses =
                Map.of(RETURN_PATH, Matching.Sent.of("12-345"), SINGLE_RETURN_PATH, Matching.Sent.of("77"));
        Map<String, Matching.Sent> ids =
                Map.of(MESSAGE_ID, Matching.Sent.of("12-345"), SINGLE_MESSAGE_ID, Matching.Sent.of("77"));
        return new Matching(
                address -> Optional.ofNullable(addresses.get(address)), id -> Optional.ofNullable(ids.get(id)));
    }

    /** Where events go in these tests; refuses them all while it is broken. */
    static final class Recorded implements Consumer<List<FeedbackEvent>> {

        final List<FeedbackEvent> events = new ArrayList<>();
        volatile boolean broken;

        @Override
        public synchronized void accept(List<FeedbackEvent> more) {
            if (broken) {
                throw new IllegalStateException("the database is away");
            }
            events.addAll(more);
        }
    }

    static BounceIntake intake(Consumer<List<FeedbackEvent>> feedback, MeterRegistry metrics) {
        return new BounceIntake(matching(), feedback, metrics);
    }
}
