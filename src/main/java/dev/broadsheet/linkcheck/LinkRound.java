package dev.broadsheet.linkcheck;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Looks at all links of an issue: several hosts side by side, one request a host at a time. What may pass is looked at
 * once more at the end, before anybody hears of it.
 */
final class LinkRound {

    static final int HOSTS_AT_ONCE = 8;

    /** So many hosts that all keep silent mean that this machine hears nobody. */
    private static final int TOO_MANY_SILENT = 3;

    private static final Logger LOG = Logger.getLogger(LinkRound.class);

    /**
     * @param pause before the next request to a host
     * @param most for all links together; what is left then was not checked
     * @param news how often it is told how far it is
     */
    record Pace(Duration pause, Duration most, Duration news) {
        static final Pace USUAL = new Pace(Duration.ofMillis(500), Duration.ofMinutes(5), Duration.ofSeconds(1));
    }

    private final LinkProbe probe;
    private final HostTurns turns;
    private final Pace pace;
    private final BooleanSupplier stopped;
    private final Map<Link, Verdict> verdicts = new ConcurrentHashMap<>();

    /** @param stopped asked before every link: what is not looked at then is left */
    LinkRound(LinkProbe probe, Pace pace, BooleanSupplier stopped) {
        this.probe = probe;
        this.turns = new HostTurns(pace.pause);
        this.pace = pace;
        this.stopped = stopped;
    }

    /**
     * @param progress told of the verdicts so far, on the caller's thread
     * @return what was looked at, in the order given
     */
    Map<Link, Verdict> run(List<Link> links, Consumer<Map<Link, Verdict>> progress) throws InterruptedException {
        long end = System.nanoTime() + pace.most.toNanos();
        ExecutorService threads = Executors.newFixedThreadPool(HOSTS_AT_ONCE, work -> {
            Thread thread = new Thread(work, "link-check");
            thread.setDaemon(true);
            return thread;
        });
        try {
            lookAt(links, threads, end, progress);
            lookAt(
                    links.stream()
                            .filter(link -> verdicts.containsKey(link)
                                    && verdicts.get(link).mayPass())
                            .toList(),
                    threads,
                    end,
                    progress);
        } finally {
            threads.shutdownNow();
        }
        Map<Link, Verdict> inOrder = new LinkedHashMap<>();
        Map<Link, Verdict> known = Map.copyOf(verdicts);
        links.stream().filter(known::containsKey).forEach(link -> inOrder.put(link, known.get(link)));
        return inOrder;
    }

    /** Whether it is more likely that this machine hears nobody than that nobody is there. */
    static boolean isDeaf(Map<Link, Verdict> verdicts) {
        return verdicts.values().stream().allMatch(verdict -> verdict.grounds() == Verdict.Grounds.SILENCE)
                && verdicts.keySet().stream()
                                .map(link -> link.host())
                                .distinct()
                                .count()
                        >= TOO_MANY_SILENT;
    }

    private void lookAt(List<Link> links, ExecutorService threads, long end, Consumer<Map<Link, Verdict>> progress)
            throws InterruptedException {
        // the longest queues first, for none of them shall begin at the end
        List<List<Link>> queues = links.stream().collect(Collectors.groupingBy(link -> link.host())).values().stream()
                .sorted(Comparator.comparing((List<Link> queue) -> -queue.size()))
                .toList();
        CountDownLatch open = new CountDownLatch(queues.size());
        for (List<Link> queue : queues) {
            threads.execute(() -> {
                try {
                    work(queue, end);
                } finally {
                    open.countDown();
                }
            });
        }
        boolean done = queues.isEmpty();
        while (!done && !stopped.getAsBoolean() && System.nanoTime() < end) {
            done = open.await(pace.news.toNanos(), TimeUnit.NANOSECONDS);
            progress.accept(Map.copyOf(verdicts));
        }
    }

    private void work(List<Link> queue, long end) {
        for (Link link : queue) {
            if (stopped.getAsBoolean() || System.nanoTime() >= end) {
                return;
            }
            try {
                verdicts.put(link, probe.probe(link.address(), turns));
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warnf(e, "A link could not be checked"); // and the others can
            }
        }
    }
}
