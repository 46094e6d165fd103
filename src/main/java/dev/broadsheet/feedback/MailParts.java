package dev.broadsheet.feedback;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parts of a mail, read leniently and within bounds: anybody can write to a bounce mailbox, and anything. */
final class MailParts {

    /** Of a mail; what goes beyond it is not read. Bounces that return whole issues are well below it. */
    static final int MOST_BYTES = 1_048_576;

    /** Of one part: reports are short, and what is said of a mail stands before its copy. */
    private static final int MOST_OF_A_PART = 65_536;

    private static final Pattern END_OF_HEADER = Pattern.compile("\r?\n\r?\n");

    private static final int MOST_PARTS = 50;
    private static final int DEEPEST = 5;

    /** Lines that may begin a part. Each part costs memory, however short it is; an issue's own dashes are far fewer. */
    private static final int MOST_DASHES = 5_000;

    private static final Set<String> COPIES = Set.of(
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global",
            "message/global-headers");

    private record Leaf(String type, MimePart part) {}

    private final MimeMessage mail;
    private final String raw;
    private final List<Leaf> leaves = new ArrayList<>();

    private MailParts(MimeMessage mail, String raw) {
        this.mail = mail;
        this.raw = raw;
    }

    /** @throws MessagingException where not even its header can be read */
    static MailParts of(byte[] octets) throws MessagingException {
        byte[] bounded = octets.length <= MOST_BYTES ? octets : Arrays.copyOf(octets, MOST_BYTES);
        MimeMessage mail = new MimeMessage((Session) null, new ByteArrayInputStream(bounded));
        MailParts parts = new MailParts(mail, new String(bounded, StandardCharsets.ISO_8859_1));
        if (!parts.isCrowded()) {
            parts.walk(mail, 0);
        }
        return parts;
    }

    /** Empty where there is none, or what there is cannot be read. */
    String header(String name) {
        try {
            String[] values = mail.getHeader(name);
            return values == null ? "" : String.join(" ", values);
        } catch (MessagingException e) {
            return "";
        }
    }

    /** Of the first part of one of these types. */
    Optional<byte[]> content(Set<String> types) {
        return leaves.stream()
                .filter(leaf -> types.contains(leaf.type))
                .findFirst()
                .map(leaf -> bytes(leaf.part));
    }

    /** The header of the mail that is given back, where it stands in a part of its own. */
    Optional<InternetHeaders> returned() {
        return content(COPIES).map(MailParts::parse);
    }

    /** What it says in plain text; the whole of it as it came where no part can be told. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Leaf leaf : leaves) {
            if (leaf.type.equals("text/plain") && text.length() < MOST_OF_A_PART) {
                text.append(new String(bytes(leaf.part), charset(leaf.part))).append('\n');
            }
        }
        if (!text.isEmpty()) {
            return text.toString();
        }
        Matcher end = END_OF_HEADER.matcher(raw);
        return end.find() ? raw.substring(end.end(), Math.min(raw.length(), end.end() + MOST_OF_A_PART)) : "";
    }

    /** As it came, octet by octet. */
    String raw() {
        return raw;
    }

    /** Reads header lines up to an empty one. */
    static InternetHeaders parse(byte[] lines) {
        InternetHeaders headers = new InternetHeaders();
        try {
            headers.load(new ByteArrayInputStream(lines));
        } catch (MessagingException e) {
            // what was read so far
        }
        return headers;
    }

    private boolean isCrowded() {
        int dashes = 0;
        for (int at = raw.indexOf("\n--"); at >= 0; at = raw.indexOf("\n--", at + 1)) {
            dashes++;
        }
        return dashes > MOST_DASHES;
    }

    private void walk(MimePart part, int depth) {
        String type = type(part);
        if (!type.startsWith("multipart/")) {
            leaves.add(new Leaf(type, part));
            return;
        }
        if (depth == DEEPEST) {
            return;
        }
        try {
            MimeMultipart parts = new MimeMultipart(part.getDataHandler().getDataSource());
            for (int i = 0; i < parts.getCount() && leaves.size() < MOST_PARTS; i++) {
                if (parts.getBodyPart(i) instanceof MimePart inner) {
                    walk(inner, depth + 1);
                }
            }
        } catch (MessagingException e) {
            // the parts before it are known
        }
    }

    private static String type(MimePart part) {
        ContentType type = contentType(part);
        return type == null ? "text/plain" : type.getBaseType().toLowerCase(Locale.ROOT);
    }

    private static @Nullable ContentType contentType(MimePart part) {
        try {
            return new ContentType(part.getContentType());
        } catch (MessagingException e) {
            return null;
        }
    }

    private static Charset charset(MimePart part) {
        ContentType type = contentType(part);
        String name = type == null ? null : type.getParameter("charset");
        try {
            return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }

    /** Decoded here, since the library leaves reports and copies in base64 as they are: they must not be, and are. */
    private static byte[] bytes(MimePart part) {
        try (InputStream octets = undecoded(part);
                InputStream decoded =
                        part.getEncoding() == null ? octets : MimeUtility.decode(octets, part.getEncoding())) {
            return decoded.readNBytes(MOST_OF_A_PART);
        } catch (IOException | MessagingException e) {
            return undecodedBytes(part);
        }
    }

    private static byte[] undecodedBytes(MimePart part) {
        try (InputStream octets = undecoded(part)) {
            return octets.readNBytes(MOST_OF_A_PART);
        } catch (IOException | MessagingException e) {
            return new byte[0];
        }
    }

    private static InputStream undecoded(MimePart part) throws MessagingException {
        return part instanceof MimeBodyPart body ? body.getRawInputStream() : ((MimeMessage) part).getRawInputStream();
    }
}
