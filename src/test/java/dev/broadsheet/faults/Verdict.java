package dev.broadsheet.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A ledger beside a receiver's book.
 *
 * @param lost neither taken nor refused for good
 * @param doubled messages beyond the first to the same address
 * @param otherIds addresses that got more than one Message-ID
 * @param strangers addresses that are not on the list
 * @param differences rows of the ledger that say something else than the book, the first few of them in words
 */
public record Verdict(int lost, int doubled, int otherIds, int strangers, List<String> differences) {

    /** A row of the ledger. */
    public record Row(String email, String state, String messageId) {}

    public static Verdict of(Collection<String> list, Book book, List<Row> ledger) {
        int lost = 0;
        int doubled = 0;
        int otherIds = 0;
        for (String address : list) {
            List<Book.Taken> taken = book.taken().getOrDefault(address, List.of());
            lost += taken.isEmpty() && !book.isRefused(address) ? 1 : 0;
            doubled += Math.max(0, taken.size() - 1);
            otherIds += taken.stream().map(Book.Taken::messageId).distinct().count() > 1 ? 1 : 0;
        }
        Set<String> strangers = new HashSet<>(book.taken().keySet());
        list.forEach(strangers::remove);
        return new Verdict(lost, doubled, otherIds, strangers.size(), differences(list, book, ledger));
    }

    private static List<String> differences(Collection<String> list, Book book, List<Row> ledger) {
        List<String> differences = new ArrayList<>();
        Set<String> missing = new HashSet<>(list);
        for (Row row : ledger) {
            if (!missing.remove(row.email)) {
                differences.add(row.email + " is in the ledger twice, or a stranger");
            }
            List<Book.Taken> taken = book.taken().getOrDefault(row.email, List.of());
            boolean agrees =
                    switch (row.state) {
                        case "SENT" ->
                            taken.stream().anyMatch(t -> t.messageId().equals(row.messageId));
                        case "BOUNCED", "FAILED" -> taken.isEmpty() && book.isRefused(row.email);
                        default -> false;
                    };
            if (!agrees) {
                differences.add(row.email + " is " + row.state + ", taken " + taken.size() + " times");
            }
        }
        missing.forEach(address -> differences.add(address + " is not in the ledger"));
        return differences;
    }
}
