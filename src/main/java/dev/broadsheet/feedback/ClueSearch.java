package dev.broadsheet.feedback;

import jakarta.mail.internet.InternetHeaders;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks in a mail for what may name the mail that it is about. Nothing of it is believed yet. */
final class ClueSearch {

    private static final int MOST = 50;

    /** Where a mail was delivered to, as programs write it down; the innermost first. */
    private static final List<String> RECEIVED_FOR =
            List.of("X-Original-To", "Delivered-To", "X-Delivered-To", "Envelope-To", "X-Envelope-To", "To", "Cc");

    private static final Pattern ADDRESS =
            Pattern.compile("[^\\s<>,;:\"()\\[\\]@]{1,64}+@[^\\s<>,;:\"()\\[\\]@]{1,255}+");

    private static final Pattern SEALED_ADDRESS = Pattern.compile(
            "(?<![\\w.+=-])[\\w.=-]{1,30}+\\+\\d{1,18}(?:-\\d{1,18})?\\.[0-9a-f]{12}@[\\w.-]{1,255}",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern IN_BRACKETS = Pattern.compile("<\\s*([^<>\\s]{1,400})\\s*>");

    private static final Pattern MESSAGE_ID = Pattern.compile(
            "^[> ]{0,4}Message-ID:\\s{0,10}<([^<>\\s]{1,400})>", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private final MailParts mail;
    private final Optional<String> recipient;

    ClueSearch(MailParts mail, Optional<String> recipient) {
        this.mail = mail;
        this.recipient = recipient;
    }

    BounceMail.Clues find(Optional<InternetHeaders> report) {
        Set<String> addresses = new LinkedHashSet<>();
        recipient.ifPresent(address -> add(ADDRESS, 0, address, addresses));
        RECEIVED_FOR.forEach(name -> add(ADDRESS, 0, mail.header(name), addresses));
        report.ifPresent(headers -> add(ADDRESS, 0, header(headers, "Original-Mail-From"), addresses));
        Optional<InternetHeaders> returned = mail.returned();
        returned.ifPresent(headers -> add(ADDRESS, 0, header(headers, "Return-Path"), addresses));
        add(SEALED_ADDRESS, 0, mail.raw(), addresses);

        Set<String> messageIds = new LinkedHashSet<>();
        returned.ifPresent(headers -> add(IN_BRACKETS, 1, header(headers, "Message-ID"), messageIds));
        if (messageIds.isEmpty()) {
            add(MESSAGE_ID, 1, mail.raw(), messageIds);
        }
        add(IN_BRACKETS, 1, mail.header("In-Reply-To"), messageIds);
        add(IN_BRACKETS, 1, mail.header("References"), messageIds);
        return new BounceMail.Clues(List.copyOf(addresses), List.copyOf(messageIds));
    }

    static String header(InternetHeaders headers, String name) {
        String value = headers.getHeader(name, " ");
        return value == null ? "" : value;
    }

    private static void add(Pattern pattern, int group, String text, Set<String> found) {
        Matcher matcher = pattern.matcher(text);
        while (found.size() < MOST && matcher.find()) {
            found.add(matcher.group(group));
        }
    }
}
