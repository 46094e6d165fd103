package dev.broadsheet.preflight;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads addresses of links, as their authors wrote them. All of it is linear in their length. */
final class Address {

    /** Words that stand for an address until somebody fills it in. */
    private static final Pattern PLACEHOLDER = Pattern.compile("#|(?:https?://)?(?:"
            + "[A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)++|URL|LINK|HREF|TODO|TBD|FIXME|XXX+"
            + "|(?i:url|link|tbd|todo|(?:insert|paste|add|your|the)[_-]?(?:link|url)(?:[_-]?here)?|(?:link|url)[_-]?here)"
            + ")/?");

    private static final Pattern TEMPLATE = Pattern.compile("\\{\\{.*}}|\\$\\{.*}|%[A-Z_]+%|.* (?:URL|LINK)");

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");

    /** {@code hhttps://}, {@code htps:/}, {@code https//}, {@code https:example.org}; what follows is the rest. */
    private static final Pattern BROKEN_HTTP =
            Pattern.compile("(?i)(?:https?:?/{0,3})?[:/]?h{0,3}t{1,4}p{1,3}(s{0,3})(?:[:;]/{0,3}|/{2})(?=[^/])");

    private static final Pattern HOST = Pattern.compile("(?i)[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.([a-z]{2,12})(?::\\d+)?");

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_-]+");

    private static final Pattern TRACKING = Pattern.compile(
            "utm_\\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|twclid|yclid|igshid|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|vero_id|oly_(?:anon|enc)_id");

    private static final Set<String> SHARERS = Set.of(
            "youtu.be", "youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "open.spotify.com");

    private static final Set<String> FILE_ENDINGS = Set.of(
            "html", "htm", "xhtml", "md", "txt", "pdf", "png", "jpg", "jpeg", "gif", "svg", "webp", "xml", "atom",
            "rss", "ics", "zip", "gz", "tar", "css", "js", "json", "csv", "php", "asp", "aspx", "epub");

    private static final Set<String> TAME_SCHEMES = Set.of(
            "tel", "sms", "ftp", "ftps", "sftp", "irc", "ircs", "xmpp", "matrix", "news", "nntp", "git", "ssh",
            "webcal", "geo", "sip", "magnet", "gopher", "gemini", "signal", "tg", "feed", "steam");

    /** What is wrong with an address. */
    enum Fault {
        /** Nothing that can be seen from here. */
        NONE,
        SPACE,
        BRACKET,
        /** {@code hhttps} and the like. */
        SCHEME_BROKEN,
        SCHEME_MISSING,
        /** Right in itself, but mail and web view drop it. */
        SCHEME_DROPPED,
        HOST_MISSING,
        /** A word that is neither a name of a page nor of a site. */
        WORD_ALONE
    }

    private Address() {}

    static boolean isPlaceholder(String address) {
        if (isPlainWeb(address)) {
            return false;
        }
        return PLACEHOLDER.matcher(address).matches()
                || TEMPLATE.matcher(address).matches();
    }

    /** What nearly all addresses are, told without any pattern: https, a site with a dot, no odd character. */
    private static boolean isPlainWeb(String address) {
        if (!address.startsWith("https://") || address.startsWith("http", 8)) {
            return false;
        }
        int slash = address.indexOf('/', 8);
        int dot = address.indexOf('.', 8);
        if (dot <= 8 || (slash >= 0 && slash < dot)) {
            return false;
        }
        for (int i = 8; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c <= ' ' || c == '{' || c == '}' || c == '%' || c >= 0x80) {
                return false;
            }
        }
        return true;
    }

    static boolean isWeb(String address) {
        return address.regionMatches(true, 0, "http://", 0, 7) || address.regionMatches(true, 0, "https://", 0, 8);
    }

    static Fault fault(String address) {
        if (isPlainWeb(address)) {
            return Fault.NONE;
        }
        if (address.startsWith("(") || address.startsWith("[")) {
            return Fault.BRACKET;
        }
        if (isMail(address)) {
            return Fault.NONE;
        }
        if (address.chars().anyMatch(Character::isWhitespace)) {
            return Fault.SPACE;
        }
        if (address.startsWith("#") || address.startsWith("?") || address.startsWith(".")) {
            return Fault.NONE;
        }
        Matcher broken = BROKEN_HTTP.matcher(address);
        if (broken.lookingAt() && !isWhole(address, broken.end())) {
            return Fault.SCHEME_BROKEN;
        }
        if (isWeb(address)) {
            return host(address).isEmpty() ? Fault.HOST_MISSING : Fault.NONE;
        }
        if (address.startsWith("/")) {
            return Fault.NONE;
        }
        Matcher scheme = SCHEME.matcher(address);
        if (scheme.lookingAt()) {
            return schemeFault(address, address.substring(0, scheme.end() - 1).toLowerCase(Locale.ROOT));
        }
        if (address.startsWith(":")) {
            return Fault.SCHEME_BROKEN;
        }
        return relativeFault(address);
    }

    /** A mail to somebody, or to whom the reader chooses; behind the question mark anything may stand. */
    private static boolean isMail(String address) {
        if (!address.regionMatches(true, 0, "mailto:", 0, 7)) {
            return false;
        }
        int query = address.indexOf('?');
        String to = query < 0 ? address.substring(7) : address.substring(7, query);
        return to.isEmpty()
                ? query >= 0
                : (to.indexOf('@') > 0 || to.contains("%40")) && to.chars().noneMatch(Character::isWhitespace);
    }

    private static boolean isWhole(String address, int end) {
        return isWeb(address) && end == address.indexOf("://") + 3;
    }

    private static Fault schemeFault(String address, String scheme) {
        if (HOST.matcher(scheme).matches()) {
            return Fault.SCHEME_MISSING;
        }
        if (scheme.startsWith("http")) {
            return Fault.SCHEME_BROKEN;
        }
        return TAME_SCHEMES.contains(scheme) ? Fault.SCHEME_DROPPED : Fault.SCHEME_BROKEN;
    }

    private static Fault relativeFault(String address) {
        int slash = address.indexOf('/');
        String first = slash < 0 ? address : address.substring(0, slash);
        int cut = first.indexOf('?') >= 0 ? first.indexOf('?') : first.indexOf('#');
        String name = cut >= 0 ? first.substring(0, cut) : first;
        if (slash < 0 && name.indexOf('@') > 0) {
            return Fault.SCHEME_MISSING;
        }
        Matcher host = HOST.matcher(name);
        if (host.matches()
                && (slash >= 0 || !FILE_ENDINGS.contains(host.group(1).toLowerCase(Locale.ROOT)))) {
            return Fault.SCHEME_MISSING;
        }
        return WORD.matcher(address).matches() ? Fault.WORD_ALONE : Fault.NONE;
    }

    /** The address as it was surely meant; null where that is for the editor to say. */
    static @Nullable String mended(String address) {
        String bare = address.startsWith("(") ? address.substring(1) : address;
        if (bare.endsWith(")") && bare.indexOf('(') < 0) {
            bare = bare.substring(0, bare.length() - 1);
        }
        switch (fault(bare)) {
            case SCHEME_BROKEN:
                Matcher broken = BROKEN_HTTP.matcher(bare);
                if (!broken.lookingAt()) {
                    return null;
                }
                String scheme = broken.group(1).isEmpty() ? "http://" : "https://";
                String rest = bare.substring(broken.end());
                return fault(scheme + rest) == Fault.NONE ? scheme + rest : null;
            case SCHEME_MISSING:
                return (bare.indexOf('@') > 0 && bare.indexOf('/') < 0 ? "mailto:" : "https://") + bare;
            case NONE:
                return bare.equals(address) ? null : bare;
            default:
                return null;
        }
    }

    /** In lower case, without user and port; empty where there is none. */
    static String host(String address) {
        int start = address.indexOf("://");
        if (start < 0) {
            return "";
        }
        int end = start + 3;
        while (end < address.length() && "/?#".indexOf(address.charAt(end)) < 0) {
            end++;
        }
        String authority = address.substring(start + 3, end);
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        int colon = host.indexOf(':');
        return (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
    }

    /** Without what tells where the reader came from; the same object where there is nothing of it. */
    static String withoutTracking(String address) {
        int query = address.indexOf('?');
        if (query < 0) {
            return address;
        }
        int end = address.indexOf('#', query);
        String rest = end < 0 ? "" : address.substring(end);
        String pairs = address.substring(query + 1, end < 0 ? address.length() : end);
        boolean shared = SHARERS.contains(host(address));
        List<String> kept = new ArrayList<>();
        boolean found = false;
        for (String pair : pairs.split("&(?:amp;)?", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (TRACKING.matcher(name).matches() || (shared && name.equals("si"))) {
                found = true;
            } else {
                kept.add(pair);
            }
        }
        if (!found) {
            return address;
        }
        return address.substring(0, query) + (kept.isEmpty() ? "" : "?" + String.join("&", kept)) + rest;
    }

    /** Where an address that leads through another site really leads; null for one that does not. */
    static @Nullable String behindRedirect(String address) {
        String host = host(address);
        String path = address.substring(Math.min(address.length(), address.indexOf("://") + 3 + host.length()));
        String name = null;
        if (host.startsWith("www.google.") && path.startsWith("/url?")) {
            name = path.contains("?q=") || path.contains("&q=") ? "q" : "url";
        } else if (host.equals("l.facebook.com") || host.equals("lm.facebook.com")) {
            name = "u";
        } else if (host.endsWith("youtube.com") && path.startsWith("/redirect?")) {
            name = "q";
        } else if (host.equals("out.reddit.com")
                || host.equals("slack-redir.net")
                || host.endsWith(".safelinks.protection.outlook.com")) {
            name = "url";
        }
        String target = name == null ? null : parameter(address, name);
        return target != null && fault(target) == Fault.NONE && isWeb(target) ? target : null;
    }

    private static @Nullable String parameter(String address, String name) {
        for (String pair : address.substring(address.indexOf('?') + 1).split("[&#]")) {
            if (pair.startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    return null; // percent signs that encode nothing
                }
            }
        }
        return null;
    }

    /** An anchor as browsers look for it: {@code é} for {@code %C3%A9}; as it is where percent signs encode nothing. */
    static String decoded(String anchor) {
        try {
            return URLDecoder.decode(anchor.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return anchor;
        }
    }

    /** The same for two ways of writing one address. */
    static String key(String address) {
        String plain = withoutTracking(address);
        String host = host(plain);
        int path = plain.indexOf("://") + 3 + host.length();
        String site = host.startsWith("www.") ? host.substring(4) : host;
        String whole = host.isEmpty() ? plain : site + plain.substring(Math.min(path, plain.length()));
        return whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
    }
}
