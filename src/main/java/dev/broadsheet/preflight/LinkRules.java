package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.jspecify.annotations.Nullable;

/** Looks at each link's address by itself. */
final class LinkRules {

    /** A longer line is no line that somebody compares with its repair. */
    private static final int MAX_REPAIRED = 20_000;

    /** The beginning of an event's line. */
    private static final Pattern EVENT = Pattern.compile("\\s{0,9}[*+-]\\s{1,9}\\d{4}-\\d{2}-\\d{2}\\b.{0,500}\\|");

    /** Each of them rewrites the whole line. */
    private static final int MAX_LINKS_REPAIRED = 20;

    private final Reading reading;
    private final Manuscript manuscript;
    private final OwnSite own;
    private final Context context;
    private final Findings findings;
    private @Nullable Set<String> anchors;
    private @Nullable Map<Integer, List<Hyperlink>> byLine;

    LinkRules(Reading reading, OwnSite own, Context context, Findings findings) {
        this.own = own;
        this.reading = reading;
        this.manuscript = reading.manuscript();
        this.context = context;
        this.findings = findings;
    }

    void check() {
        for (Hyperlink link : reading.links()) {
            check(link);
        }
    }

    private void check(Hyperlink link) {
        String address = link.address();
        String what = link.isImage() ? "picture" : "link";
        if (address.isEmpty()) {
            findings.add(
                    Rule.LINK_EMPTY, link.place(), "This " + what + " has no address. Fill it in, or leave it out.");
        } else if (Address.isPlaceholder(address)) {
            if (!isToTop(link)) {
                findings.add(
                        Rule.PLACEHOLDER_LINK,
                        link.place(),
                        "The address of this " + what + " is still to be filled in: " + cut(address)
                                + ". Fill it in, or leave the line out.");
            }
        } else if (address.startsWith("#")) {
            checkAnchor(link);
        } else {
            checkFault(link, what);
            if (Address.isWeb(address) && !link.isImage()) {
                checkTracking(link);
            }
        }
    }

    private boolean isToTop(Hyperlink link) {
        return link.address().equals("#")
                && Manuscript.slug(link.text()).matches("(?:.*-)?(?:top|oben|anfang|haut)(?:-.*)?");
    }

    private void checkAnchor(Hyperlink link) {
        Set<String> known = anchors;
        if (known == null) {
            known = manuscript.anchors();
            anchors = known;
        }
        String anchor = link.address().substring(1);
        String decoded = Address.decoded(anchor);
        if (!known.contains(anchor) && !known.contains(decoded) && !anchor.equals("top")) {
            String near = Manuscript.slug(decoded);
            boolean isNear = known.contains(near);
            findings.add(
                    Rule.ANCHOR_UNKNOWN,
                    link.place(),
                    "No heading of this issue has the anchor #" + cut(anchor) + "."
                            + (isNear ? " Did you mean #" + near + "?" : " Correct it."),
                    () -> isNear ? replaced(link, link.address(), "#" + near) : null);
        }
    }

    private void checkFault(Hyperlink link, String what) {
        String address = link.address();
        Address.Fault fault = Address.fault(address);
        if (fault == Address.Fault.NONE || (fault == Address.Fault.WORD_ALONE && (link.isImage() || isPage(address)))) {
            return;
        }
        String mended = Address.mended(address);
        String advice = mended == null ? " Correct it." : " Did you mean " + cut(mended) + "?";
        String message =
                switch (fault) {
                    case BRACKET -> "The address begins with a bracket." + advice;
                    case SPACE -> "There is a space within the address." + advice;
                    case SCHEME_DROPPED ->
                        "Mail and web view drop this " + what + ": they keep addresses of http, https and mailto.";
                    case SCHEME_MISSING -> "The address has no https:// at its beginning." + advice;
                    case HOST_MISSING -> "The address names no site." + advice;
                    case WORD_ALONE ->
                        "“" + cut(address) + "” names no site, so this leads to a page beside the issue."
                                + " If another is meant, write all of its address, with https://.";
                    default -> "The address begins with “" + begin(address) + "”." + advice;
                };
        findings.add(
                Rule.LINK_MALFORMED,
                isMistake(fault, link) ? Rule.LINK_MALFORMED.severity() : Finding.Severity.WARNING,
                link.place(),
                message,
                () -> mended == null ? null : replaced(link, address, mended));
    }

    /** A page beside the issue may well be there; but an organiser of events has a site of its own. */
    private boolean isMistake(Address.Fault fault, Hyperlink link) {
        return switch (fault) {
            case SCHEME_DROPPED -> false;
            case WORD_ALONE ->
                EVENT.matcher(manuscript.line(link.place().line())).lookingAt();
            default -> true;
        };
    }

    /** Issues stand beside each other: the name of one is a whole address there. */
    private boolean isPage(String address) {
        return address.equals(context.slug())
                || context.earlier().stream().anyMatch(earlier -> earlier.slug().equals(address));
    }

    private void checkTracking(Hyperlink link) {
        String address = link.address();
        String target = Address.behindRedirect(address);
        if (target != null) {
            findings.add(
                    Rule.LINK_REDIRECTOR,
                    link.place(),
                    "This link leads through " + Address.host(address) + ". Link to the page itself.",
                    () -> replaced(link, address, Address.withoutTracking(target)));
            return;
        }
        String plain = Address.withoutTracking(address);
        if (!plain.equals(address) && !own.holds(address)) {
            findings.add(
                    Rule.LINK_TRACKING,
                    link.place(),
                    "The address tells where its reader came from. Take that part off.",
                    () -> withoutTracking(link));
        }
    }

    /** All addresses of the line at once, since a repair is the whole line. */
    private @Nullable String withoutTracking(Hyperlink link) {
        String line = manuscript.line(link.place().line());
        if (line.length() > MAX_REPAIRED || onLine(link.place().line()).size() > MAX_LINKS_REPAIRED) {
            return null;
        }
        String repaired = line;
        for (Hyperlink other : onLine(link.place().line())) {
            if (Address.isWeb(other.address()) && !other.isImage() && !own.holds(other.address())) {
                repaired = repaired.replace(other.address(), Address.withoutTracking(other.address()));
            }
        }
        return repaired;
    }

    private List<Hyperlink> onLine(int line) {
        Map<Integer, List<Hyperlink>> index = byLine;
        if (index == null) {
            index = new HashMap<>();
            for (Hyperlink link : reading.links()) {
                index.computeIfAbsent(link.place().line(), key -> new ArrayList<>())
                        .add(link);
            }
            byLine = index;
        }
        return index.getOrDefault(line, List.of());
    }

    private @Nullable String replaced(Hyperlink link, String address, String by) {
        return replaced(manuscript.line(link.place().line()), link.place().column(), address, by);
    }

    /** A line with one address in another's place; null where it does not stand there as it was read. */
    static @Nullable String replaced(String line, int column, String address, String by) {
        int at = line.length() > MAX_REPAIRED ? -1 : line.indexOf(address, Math.max(0, column - 1));
        return at < 0 ? null : line.substring(0, at) + by + line.substring(at + address.length());
    }

    private static String begin(String address) {
        int end = address.indexOf(':');
        return cut(end < 0 ? address : address.substring(0, end + 1));
    }

    private static String cut(String text) {
        return text.length() <= 60 ? text : text.substring(0, text.offsetByCodePoints(0, 29)) + "…";
    }

    /** Whether a link is written as HTML. */
    static boolean isRaw(Hyperlink link) {
        return link.node() instanceof HtmlInline || link.node() instanceof HtmlBlock;
    }
}
