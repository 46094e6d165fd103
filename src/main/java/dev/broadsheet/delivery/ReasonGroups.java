package dev.broadsheet.delivery;

import dev.broadsheet.delivery.CampaignReport.OtherReasons;
import dev.broadsheet.delivery.CampaignReport.Reason;
import dev.broadsheet.delivery.CampaignReport.Reasons;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts receivers' words together that say the same. Two replies of one server rarely read alike: they hold the id in its
 * queue, the machine that answered, our own address.
 */
final class ReasonGroups {

    private static final int MOST = 50;

    /** Beyond, what nobody has said before goes to the rest: memory does not grow with the ledger. */
    private static final int MOST_KNOWN = 10_000;

    private static final int LONGEST = 200;

    /**
     * What stands for one message or one machine. Tried in this order: links; replies' codes, a block list's name and a
     * policy's in brackets, which are kept; names of hosts; whatever holds a digit; hexadecimal ids without one.
     */
    private static final Pattern PARTS = Pattern.compile("https?://\\S++"
            + "|((?<![\\w.])[245]\\d\\d(?=[ -][245]\\.\\d)"
            + "|^(?:not yet: )?[245]\\d\\d(?![\\w.])"
            + "|(?<![\\w.])[245]\\.\\d{1,3}\\.\\d{1,3}(?!\\w|\\.\\d)"
            + "|(?<=using |listed (?:at|by|in|on) )(?:[\\w-]++\\.)+[A-Za-z]{2,}"
            + "|(?<=[\\[(])[A-Z]{1,5}\\d{1,5}(?=[\\])]))"
            + "|(?<![\\w-])(?:[\\w-]++\\.)+[\\w-]++"
            + "|(?<![\\w+=/:-])[A-Za-z_+=/:-]*+\\d[\\w+=/:-]*+"
            + "|(?<!\\w)[A-F]{8,}(?!\\w)");

    /** Two in a row say no more than one. */
    private static final Pattern LEFT_OUT = Pattern.compile("…(?:[\\s\\[\\](){}<>,;:-]*+…)+");

    private record Key(
            DeliveryState state,
            @Nullable String bounce,
            @Nullable String alike) {}

    private static final class Group {
        private final @Nullable String words;
        private final long ofTheseWords;
        private long count;

        private Group(@Nullable String words, long ofTheseWords) {
            this.words = words;
            this.ofTheseWords = ofTheseWords;
        }
    }

    private final Map<Key, Group> groups = new LinkedHashMap<>();
    private final Map<Key, Long> rest = new LinkedHashMap<>();

    /** The most frequent words first: of those that say the same, the first are shown. */
    void add(DeliveryState state, @Nullable String bounce, @Nullable String words, long count) {
        Key key = new Key(state, bounce, words == null ? null : alike(words));
        Group group = groups.get(key);
        if (group == null && groups.size() >= MOST_KNOWN) {
            addToRest(key, count);
            return;
        }
        if (group == null) {
            group = new Group(words, count);
            groups.put(key, group);
        }
        group.count += count;
    }

    private void addToRest(Key key, long count) {
        rest.merge(new Key(key.state, key.bounce, null), count, Long::sum);
    }

    /** @param fewest what fewer share is in the rest; words that fewer share are shown without what tells them apart */
    Reasons reasons(int fewest) {
        List<Map.Entry<Key, Group>> sorted = new ArrayList<>(groups.entrySet());
        sorted.sort(Comparator.comparingLong(entry -> -entry.getValue().count));
        List<Reason> items = new ArrayList<>();
        for (Map.Entry<Key, Group> entry : sorted) {
            Key key = entry.getKey();
            Group group = entry.getValue();
            if (items.size() < MOST && group.count >= fewest) {
                String words = group.ofTheseWords >= fewest ? group.words : key.alike;
                items.add(new Reason(key.state, key.bounce, words, group.count));
            } else {
                addToRest(key, group.count);
            }
        }
        return new Reasons(
                items,
                rest.entrySet().stream()
                        .map(entry -> new OtherReasons(entry.getKey().state, entry.getKey().bounce, entry.getValue()))
                        .toList());
    }

    /** What words have in common that say the same: without ids, numbers and names of machines, but with the codes. */
    static String alike(String words) {
        String parts = PARTS.matcher(words)
                .replaceAll(part -> part.group(1) == null ? "…" : Matcher.quoteReplacement(part.group()));
        String alike =
                LEFT_OUT.matcher(parts).replaceAll("…").replaceAll("\\s+", " ").strip();
        if (alike.length() <= LONGEST) {
            return alike;
        }
        return alike.substring(0, Character.isHighSurrogate(alike.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
    }
}
