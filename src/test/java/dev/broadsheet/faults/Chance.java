package dev.broadsheet.faults;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** The same misfortune for the same seed, in whatever order messages come: drawn by address, event and how often before. */
final class Chance {

    private final long seed;
    private final Map<String, Integer> draws = new ConcurrentHashMap<>();

    Chance(long seed) {
        this.seed = seed;
    }

    /** Another draw each time. */
    boolean hits(double share, String event, String address) {
        return share > 0 && draw(event, address, draws.merge(event + " " + address, 1, Integer::sum)) < share;
    }

    /** The same draw each time. */
    boolean marks(double share, String event, String address) {
        return share > 0 && draw(event, address, 0) < share;
    }

    private double draw(String event, String address, int time) {
        Random random = new Random(seed * 31 + (event + " " + address + " " + time).hashCode());
        random.nextInt(); // the first draws of near seeds are near
        return random.nextDouble();
    }
}
