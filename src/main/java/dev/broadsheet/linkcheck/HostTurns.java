package dev.broadsheet.linkcheck;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one request go to a host at a time, and waits a little before the next. */
final class HostTurns {

    private static final class Turn {
        final ReentrantLock lock = new ReentrantLock(true);
        long nextNanos = System.nanoTime();
    }

    private final Map<String, Turn> turns = new ConcurrentHashMap<>();
    private final Duration pause;

    HostTurns(Duration pause) {
        this.pause = pause;
    }

    /** Runs a request when its host is free. @throws InterruptedException where the check is given up meanwhile */
    <T> T take(String host, Callable<T> request) throws Exception {
        Turn turn = turns.computeIfAbsent(host, h -> new Turn());
        turn.lock.lockInterruptibly();
        try {
            TimeUnit.NANOSECONDS.sleep(turn.nextNanos - System.nanoTime());
            return request.call();
        } finally {
            turn.nextNanos = System.nanoTime() + pause.toNanos();
            turn.lock.unlock();
        }
    }
}
