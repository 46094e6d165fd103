package dev.broadsheet.subscribers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Lines of one file that were read and are not worked off yet. A person may be in it more than once: only a line that
 * says more than those before it counts, in a round of its own, so that it meets what the earlier one made.
 */
class ImportLines {

    /** Rows of a transaction, and the sections in them: large enough for sets, and done before anybody who waits for one of them notices. */
    private static final int BATCH = 20_000;

    /** A slow sender's lines are not kept waiting for that many of them: the import has to show that it lives. */
    private static final long WAIT_NANOS = 5_000_000_000L;

    private final ImportBatches batches;
    private final long importId;
    private final boolean dryRun;
    private final List<Map<String, ImportFile.Person>> rounds = new ArrayList<>();
    private final List<ImportFile.Refused> refused = new ArrayList<>();
    private final SeenBefore seen = new SeenBefore();
    private int held;
    private long repeated;
    private long workedOffAt = System.nanoTime();

    ImportLines(ImportBatches batches, long importId, boolean dryRun) {
        this.batches = batches;
        this.importId = importId;
        this.dryRun = dryRun;
    }

    void take(ImportFile.Line line) {
        if (line instanceof ImportFile.Refused no) {
            refused.add(no);
            held++;
        } else if (line instanceof ImportFile.Person person) {
            take(person);
        }
        if (held >= BATCH || (held > 0 && System.nanoTime() - workedOffAt > WAIT_NANOS)) {
            workOff();
        }
    }

    private void take(ImportFile.Person person) {
        String key = person.address().key();
        int round = 0;
        for (Map<String, ImportFile.Person> people : rounds) {
            ImportFile.Person before = people.get(key);
            if (before == null) {
                break;
            }
            if (before.weight() >= person.weight()) {
                repeated++;
                return;
            }
            round++;
        }
        if (dryRun && round == 0 && !seen.add(key)) {
            repeated++;
            return;
        }
        if (round == rounds.size()) {
            rounds.add(new LinkedHashMap<>());
        }
        rounds.get(round).put(key, person);
        held += 1 + person.sections().size();
    }

    void workOff() {
        List<Collection<ImportFile.Person>> people = new ArrayList<>();
        rounds.forEach(round -> people.add(round.values()));
        batches.put(importId, people, refused, repeated);
        rounds.clear();
        refused.clear();
        held = 0;
        repeated = 0;
        workedOffAt = System.nanoTime();
    }

    /**
     * Whom a dry run has counted; a real run sees them in the database. Half an MD5 each: 1 in 10^7 is wrong. Beyond
     * some millions of people no more are kept, so that memory has a bound; whoever comes twice then counts twice.
     */
    private static class SeenBefore {

        private static final int MOST = 1 << 22;

        private long[] hashes = new long[1 << 10];
        private int size;

        /** @return false where it was there */
        boolean add(String key) {
            long hash =
                    UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits()
                            | 1; // 0 is an empty place
            if (contains(hash)) {
                return false;
            }
            if (size < MOST) {
                if (2 * size >= hashes.length) {
                    grow();
                }
                hashes[place(hash)] = hash;
                size++;
            }
            return true;
        }

        private boolean contains(long hash) {
            return hashes[place(hash)] == hash;
        }

        /** Where it is, or would be. */
        private int place(long hash) {
            int mask = hashes.length - 1;
            int place = (int) (hash >>> 17) & mask;
            while (hashes[place] != 0 && hashes[place] != hash) {
                place = (place + 1) & mask;
            }
            return place;
        }

        private void grow() {
            long[] before = hashes;
            hashes = new long[2 * before.length];
            for (long hash : before) {
                if (hash != 0) {
                    hashes[place(hash)] = hash;
                }
            }
        }
    }
}
