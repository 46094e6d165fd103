package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares links with each other and with those of earlier issues. */
final class CommunityRules {

    private static final Pattern DISCUSS = Pattern.compile("(?i)\\s*(?:discuss|discussion|comments?)\\b.{0,80}");

    /** What the text of the link promises, and where that is. */
    private static final Map<Pattern, Pattern> FORUMS = Map.of(
            Pattern.compile("(?i).*(?:\\breddit\\b|(?<!\\w)/?r/\\w).*"),
            Pattern.compile("(?:.*\\.)?(?:reddit\\.com|redd\\.it)"),
            Pattern.compile("(?i).*\\bhacker ?news\\b.*"),
            Pattern.compile("news\\.ycombinator\\.com"),
            Pattern.compile("(?i).*\\blobste\\.?rs\\b.*"),
            Pattern.compile("lobste\\.rs"));

    private final Reading reading;
    private final Manuscript manuscript;
    private final Context context;
    private final Findings findings;
    private final OwnSite own;
    private final List<Hyperlink> items;

    CommunityRules(Reading reading, OwnSite own, Context context, Findings findings) {
        this.own = own;
        this.reading = reading;
        this.manuscript = reading.manuscript();
        this.context = context;
        this.findings = findings;
        this.items = new Community(manuscript).items(reading.links());
    }

    void check() {
        checkDuplicates();
        checkOwn();
        checkDiscussion();
    }

    /** As {@link Facts#communityLinks}. */
    List<String> keys() {
        return items.stream()
                .map(Hyperlink::address)
                .filter(Address::isWeb)
                .map(Address::key)
                .distinct()
                .limit(500)
                .toList();
    }

    private void checkDuplicates() {
        Map<String, String> earlier = new HashMap<>();
        for (Earlier issue : context.earlier()) {
            issue.facts().communityLinks().forEach(key -> earlier.putIfAbsent(key, issue.slug()));
        }
        Map<String, Integer> lines = new HashMap<>();
        for (Hyperlink link : items) {
            if (!Address.isWeb(link.address())) {
                continue;
            }
            String key = Address.key(link.address());
            int line = link.place().line();
            Integer first = lines.putIfAbsent(key, line);
            if (first != null) {
                findings.add(
                        Rule.LINK_DUPLICATE,
                        link.place(),
                        "The same address stands in line " + first + ". Leave one of the two out.");
            } else if (earlier.containsKey(key)) {
                findings.add(
                        Rule.LINK_DUPLICATE,
                        link.place(),
                        "The same address stood in " + earlier.get(key) + ". Leave it out unless it is meant.");
            }
        }
    }

    private void checkOwn() {
        if (Habit.is(context.earlier(), this::linkedItself)) {
            return;
        }
        for (Hyperlink link : items) {
            if (own.holds(link.address())) {
                findings.add(
                        Rule.LINK_SELF,
                        link.place(),
                        "This item of the community links to the newsletter itself. Put its own address here.");
            }
        }
    }

    private boolean linkedItself(Earlier issue) {
        return issue.facts().communityLinks().stream().anyMatch(key -> own.holds("https://" + key));
    }

    /** As {@link Facts#discussion}. */
    @Nullable
    String discussion() {
        return reading.links().stream()
                .filter(this::isDiscussion)
                .map(Hyperlink::address)
                .reduce((first, last) -> last)
                .orElse(null);
    }

    /** A link of the text itself, not of a list: there, discussions are what items are about. */
    private boolean isDiscussion(Hyperlink link) {
        return link.item() == null
                && !link.isImage()
                && Address.isWeb(link.address())
                && DISCUSS.matcher(link.text()).matches();
    }

    private void checkDiscussion() {
        for (Hyperlink link : reading.links()) {
            if (!isDiscussion(link)) {
                continue;
            }
            String text = link.text();
            String host = Address.host(link.address());
            boolean elsewhere = FORUMS.entrySet().stream()
                    .anyMatch(forum -> forum.getKey().matcher(text).matches()
                            && !forum.getValue().matcher(host).matches());
            String other = otherIssue(link.address());
            if (elsewhere) {
                discuss(link, "“" + text + "” leads to " + host + ". Put the discussion's address here.");
            } else if (other != null) {
                discuss(link, "This discussion is that of " + other + ". Put the address of this issue's here.");
            }
        }
    }

    private void discuss(Hyperlink link, String message) {
        findings.add(Rule.DISCUSS_LINK, link.place(), message);
    }

    private @Nullable String otherIssue(String address) {
        for (Earlier issue : context.earlier()) {
            if (address.equals(issue.facts().discussion())) {
                return issue.slug();
            }
        }
        Integer number = manuscript.frontMatter().number();
        String name =
                Manuscript.slug(Titles.withoutNumber(manuscript.frontMatter().title()));
        if (number == null || name.isEmpty()) {
            return null;
        }
        String words = List.of(name.split("-")).stream().map(Pattern::quote).collect(Collectors.joining("[-_]"));
        Matcher matcher = Pattern.compile("(?i)(?<![a-z0-9])" + words + "[-_](\\d{1,9})(?!\\d)")
                .matcher(address);
        return matcher.find() && Integer.parseInt(matcher.group(1)) != number ? "issue " + matcher.group(1) : null;
    }
}
