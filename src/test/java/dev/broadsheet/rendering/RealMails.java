package dev.broadsheet.rendering;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Issues rendered as the service does it. */
final class RealMails {

    static final Slots SLOTS = new Slots("0123456789abcdef0123456789abcdef");
    static final MailFrame FRAME = frame(Theme.DEFAULT);

    private static final Renderer RENDERER = new Renderer();

    private RealMails() {}

    static MailFrame frame(Theme theme) {
        return new MailFrame(
                "This Week in Tea",
                "en",
                "https://news.example.org/n/tea/issues/570",
                "https://news.example.org/n/tea/issues/570",
                "1 Example Street\nExample Town",
                theme);
    }

    static Rendered render(String source) {
        return render(source, FRAME);
    }

    static Rendered render(String source, MailFrame frame) {
        return RENDERER.render(Manuscript.read(source), frame, SLOTS);
    }

    /** The issue that a new installation comes with. */
    static String sample() {
        try (InputStream in = RealMails.class.getResourceAsStream("/sample/welcome.md")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
