package dev.broadsheet.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.exceptions.FailException;

/**
 * Checks DKIM signatures as receivers do: by Apache James jDKIM, which knows RSA alone, and by the letter of RFC 6376
 * and RFC 8463, for Ed25519 too.
 */
final class DkimReceiver {

    private DkimReceiver() {}

    /** @param record of DNS, for whatever name */
    static boolean passesJdkim(byte[] mail, String record) throws IOException {
        try {
            DKIMVerifier verifier = new DKIMVerifier((methods, selector, domain) -> List.of(record));
            return verifier.verify(new ByteArrayInputStream(mail)).size() == 1;
        } catch (FailException e) {
            return false;
        }
    }

    /** The same of the first signature of that algorithm, such as {@code ed25519-sha256}. */
    static boolean passesTheRfcs(byte[] mail, String algorithm, String record) throws GeneralSecurityException {
        String text = new String(mail, StandardCharsets.ISO_8859_1);
        int headersEnd = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n") + 2;
        List<String> fields = List.of(text.substring(0, headersEnd).split("\r\n(?![ \t])"));
        String field = fields.stream()
                .filter(f -> name(f).equals("dkim-signature")
                        && tags(value(f)).get("a").equals(algorithm))
                .findFirst()
                .orElseThrow();
        Map<String, String> tags = tags(value(field));
        String[] ways = tags.get("c").split("/");
        byte[] bodyHash = sha256(canonicalBody(text.substring(headersEnd + 2), ways[1].equals("relaxed")));
        if (!Base64.getEncoder().encodeToString(bodyHash).equals(tags.get("bh").replaceAll("\\s", ""))) {
            return false;
        }
        List<String> fromTheLast = new ArrayList<>(fields);
        Collections.reverse(fromTheLast);
        StringBuilder signed = new StringBuilder();
        for (String name : tags.get("h").split(":")) {
            String wanted = name.strip().toLowerCase(Locale.ROOT);
            fromTheLast.stream().filter(f -> name(f).equals(wanted)).findFirst().ifPresent(f -> {
                signed.append(relaxed(f)).append("\r\n");
                fromTheLast.remove(f);
            });
        }
        signed.append(relaxed(field.replaceFirst("(?s)([;\\s]b=)[^;]*", "$1")));
        byte[] octets = signed.toString().getBytes(StandardCharsets.ISO_8859_1);
        boolean rsa = algorithm.startsWith("rsa");
        byte[] published = Base64.getDecoder().decode(tags(record).get("p"));
        Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "Ed25519");
        signature.initVerify(KeyFactory.getInstance(rsa ? "RSA" : "Ed25519")
                .generatePublic(new X509EncodedKeySpec(
                        rsa
                                ? published
                                : HexFormat.of()
                                        .parseHex("302a300506032b6570032100"
                                                + HexFormat.of().formatHex(published)))));
        signature.update(rsa ? octets : sha256(octets));
        return signature.verify(Base64.getDecoder().decode(tags.get("b").replaceAll("\\s", "")));
    }

    private static String name(String field) {
        return field.substring(0, field.indexOf(':')).strip().toLowerCase(Locale.ROOT);
    }

    private static String value(String field) {
        return field.substring(field.indexOf(':') + 1);
    }

    private static String relaxed(String field) {
        return name(field)
                + ":"
                + value(field).replace("\r\n", "").replaceAll("[ \t]+", " ").strip();
    }

    private static Map<String, String> tags(String list) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String tag : list.split(";")) {
            String[] parts = tag.split("=", 2);
            tags.put(parts[0].strip(), parts[1].strip());
        }
        return tags;
    }

    private static byte[] canonicalBody(String body, boolean relaxed) {
        String canonical = relaxed ? body.replaceAll("[ \t]+(?=\r\n)", "").replaceAll("[ \t]+", " ") : body;
        canonical = canonical.replaceAll("(\r\n)+\\z", "");
        return (canonical.isEmpty() && relaxed ? "" : canonical + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] sha256(byte[] octets) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(octets);
    }
}
