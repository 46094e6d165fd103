package dev.broadsheet.linkcheck;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.linkcheck.Verdict.Kind;
import dev.broadsheet.rendering.Manuscript;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkRoundTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final LinkProbe.Timeouts PATIENT = new LinkProbe.Timeouts(LONG, LONG, LONG);
    private static final LinkRound.Pace QUICK = new LinkRound.Pace(Duration.ZERO, LONG, Duration.ofMillis(20));

    private final TestSite site = new TestSite();

    @AfterEach
    void close() {
        site.close();
    }

    private static LinkProbe probe(AddressGuard guard, LinkProbe.Timeouts timeouts) {
        return new LinkProbe(guard, "https://news.example.test", timeouts);
    }

    private static List<Verdict> check(LinkProbe probe, LinkRound.Pace pace, String... urls) throws Exception {
        String body = Arrays.stream(urls).map("[x](%s)\n"::formatted).collect(Collectors.joining());
        List<Link> links = Link.of(Manuscript.read("Title: Five\nDate: 2026-03-25\n\n" + body));
        assertThat(links).hasSize(urls.length);
        try {
            return List.copyOf(new LinkRound(probe, pace, () -> false)
                    .run(links, soFar -> {})
                    .values());
        } finally {
            probe.close();
        }
    }

    private static Verdict check(LinkProbe.Timeouts timeouts, String url) throws Exception {
        return check(probe(new AddressGuard(true), timeouts), QUICK, url).get(0);
    }

    private Verdict check(String path) throws Exception {
        return check(PATIENT, site.url(path));
    }

    @Test
    void page_thatIsThere_isAlive_andAskedOnceByHead() throws Exception {
        site.status("/a", 200);

        assertThat(check("/a").kind()).isEqualTo(Kind.ALIVE);
        assertThat(site.requests).containsExactly("HEAD /a");
        assertThat(site.userAgents).containsExactly("Broadsheet link check (+https://news.example.test)");
    }

    @Test
    void page_thatIsNotThere_isDead_andSaysWhatCameBack() throws Exception {
        Verdict verdict = check("/gone");

        assertThat(verdict.kind()).isEqualTo(Kind.DEAD);
        assertThat(verdict.words()).isEqualTo("answers 404 Not Found");
        assertThat(site.requests).containsExactly("HEAD /gone", "GET /gone");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 405, 410, 500, 501})
    void page_thatKnowsNoHead_isAlive(int status) throws Exception {
        site.page(
                "/a",
                exchange ->
                        exchange.sendResponseHeaders(exchange.getRequestMethod().equals("HEAD") ? status : 200, -1));

        assertThat(check("/a").kind()).isEqualTo(Kind.ALIVE);
        assertThat(site.requests).containsExactly("HEAD /a", "GET /a");
    }

    @ParameterizedTest
    @CsvSource({
        "204, ALIVE",
        "304, ALIVE",
        "401, ALIVE",
        "403, ALIVE",
        "418, ALIVE",
        "429, ALIVE",
        "451, ALIVE",
        "999, ALIVE",
        "410, DEAD",
        "500, DEAD",
        "502, DEAD",
        "503, UNSURE"
    })
    void status_isDeadOnlyWhereNobodyWouldSeeThePage(int status, Kind kind) throws Exception {
        site.status("/a", status);

        assertThat(check("/a").kind()).isEqualTo(kind);
    }

    @Test
    void serverThatAsksToComeLater_isAlive_andLeftAlone() throws Exception {
        site.page("/a", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "120");
            exchange.sendResponseHeaders(503, -1);
        });

        assertThat(check("/a").kind()).isEqualTo(Kind.ALIVE);
        assertThat(site.requests).containsExactly("HEAD /a");
    }

    @Test
    void serverFault_thatPasses_isNotTold() throws Exception {
        site.page("/a", exchange -> exchange.sendResponseHeaders(site.requests.size() > 2 ? 200 : 500, -1));

        assertThat(check("/a").kind()).isEqualTo(Kind.ALIVE);
        assertThat(site.requests).containsExactly("HEAD /a", "GET /a", "HEAD /a");
    }

    @Test
    void redirects_areFollowed_toTheEnd() throws Exception {
        site.redirect("/a", 301, "b?c");
        site.redirect("/b?c", 307, site.otherUrl("/d"));
        site.status("/d", 200);
        site.redirect("/e", 302, "/gone");

        assertThat(check("/a").kind()).isEqualTo(Kind.ALIVE);
        assertThat(check("/e").kind()).isEqualTo(Kind.DEAD);
    }

    @Test
    void redirectLoop_isUnsure_andEnds() throws Exception {
        site.redirect("/a", 302, "/a");

        assertThat(check("/a").kind()).isEqualTo(Kind.UNSURE);
        assertThat(site.requests).hasSize(2 * (1 + LinkProbe.MOST_REDIRECTS));
    }

    @Test
    void redirect_toAnAddressThatIsClosed_isNotFollowed() throws Exception {
        site.redirect("/a", 302, "http://10.0.0.1/");
        LinkProbe onlyLoopback = probe(new AddressGuard(true, InetAddress::isLoopbackAddress), PATIENT);

        Verdict verdict = check(onlyLoopback, QUICK, site.url("/a")).get(0);

        assertThat(verdict.kind()).isEqualTo(Kind.UNSURE);
        assertThat(verdict.words()).isEqualTo("was not opened: it leads to an address that is not public");
    }

    @Test
    void redirect_toSomethingElseThanTheWeb_isNotFollowed() throws Exception {
        site.redirect("/a", 302, "file:///etc/passwd");
        site.redirect("/b", 302, site.url("/c").replace("//", "//user:secret@"));

        assertThat(check("/a").grounds()).isEqualTo(Verdict.Grounds.REFUSAL);
        assertThat(check("/b").grounds()).isEqualTo(Verdict.Grounds.REFUSAL);
        assertThat(site.requests).doesNotContain("HEAD /c", "GET /c");
    }

    @Test
    void privateAddress_isNotAsked_andNotCalledDead() throws Exception {
        String url = site.url("/a");

        List<Verdict> verdicts = check(
                probe(new AddressGuard(false), PATIENT),
                QUICK,
                url,
                "http://127.0.0.1/",
                "http://localhost/",
                "http://2130706433/");

        assertThat(verdicts).hasSize(4).allSatisfy(verdict -> {
            assertThat(verdict.kind()).isEqualTo(Kind.UNSURE);
            assertThat(verdict.grounds()).isEqualTo(Verdict.Grounds.REFUSAL);
        });
        assertThat(site.requests).isEmpty();
    }

    @Test
    void privateAddress_behindAnOpenPort_isNotConnectedTo() throws Exception {
        AddressGuard anyPort = new AddressGuard(true, AddressGuard::isPublic);

        Verdict verdict =
                check(probe(anyPort, PATIENT), QUICK, site.otherUrl("/a")).get(0);

        assertThat(verdict.grounds()).isEqualTo(Verdict.Grounds.REFUSAL);
        assertThat(site.requests).isEmpty();
    }

    @Test
    void hostWithAnUnderscore_isUnsure() throws Exception {
        List<Verdict> verdicts =
                check(probe(new AddressGuard(false), PATIENT), QUICK, "https://my_host.example.org/a", site.url("/a"));

        assertThat(verdicts.get(0).kind()).isEqualTo(Kind.UNSURE);
        assertThat(verdicts.get(0).words())
                .isEqualTo("was not opened: its host has a name that not every program can look up");
    }

    @Test
    void slowAnswer_isUnsure() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        site.page("/a", exchange -> end.await());

        Verdict verdict = check(new LinkProbe.Timeouts(LONG, Duration.ofMillis(200), LONG), site.url("/a"));

        end.countDown();
        assertThat(verdict.kind()).isEqualTo(Kind.UNSURE);
        assertThat(verdict.words()).isEqualTo("did not answer in time");
    }

    @Test
    void tricklingAnswer_isGivenUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> trickle(server));
            thread.setDaemon(true);
            thread.start();

            Verdict verdict = check(
                    new LinkProbe.Timeouts(LONG, LONG, Duration.ofMillis(300)),
                    "http://127.0.0.1:" + server.getLocalPort() + "/");

            assertThat(verdict.kind()).isEqualTo(Kind.UNSURE);
            assertThat(verdict.words()).isEqualTo("did not answer in time");
        }
    }

    private static void trickle(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                OutputStream out = socket.getOutputStream();
                out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    out.write('x');
                    out.flush();
                    MILLISECONDS.sleep(20);
                }
            } catch (IOException e) {
                // given up, as it should be
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Test
    void port_whereNobodyListens_isDead() throws Exception {
        String nobody;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = "http://127.0.0.1:" + server.getLocalPort() + "/";
        }

        Verdict verdict = check(PATIENT, nobody);

        assertThat(verdict.kind()).isEqualTo(Kind.DEAD);
        assertThat(verdict.words()).isEqualTo("refuses the connection");
    }

    @Test
    void name_thatNobodyHas_isDead() throws Exception {
        assertThat(check(PATIENT, "http://nobody.invalid/").kind()).isEqualTo(Kind.DEAD);
    }

    @Test
    void host_isAskedOneThingAtATime_alsoWhereOthersLeadToIt() throws Exception {
        AtomicInteger under = new AtomicInteger();
        AtomicBoolean overlap = new AtomicBoolean();
        CountDownLatch second = new CountDownLatch(1);
        String[] urls = new String[8];
        for (int i = 0; i < 8; i += 2) {
            site.redirect("/from" + i, 302, site.url("/to" + i));
            urls[i] = site.otherUrl("/from" + i);
            urls[i + 1] = site.url("/to" + (i + 1));
        }
        IntStream.range(0, 8)
                .forEach(i -> site.page("/to" + i, exchange -> {
                    if (under.incrementAndGet() > 1) {
                        overlap.set(true);
                        second.countDown();
                    }
                    second.await(50, MILLISECONDS); // leaves the time to do it wrong
                    under.decrementAndGet();
                    exchange.sendResponseHeaders(200, -1);
                }));

        assertThat(check(probe(new AddressGuard(true), PATIENT), QUICK, urls))
                .hasSize(8)
                .containsOnly(Verdict.ALIVE);
        assertThat(overlap).isFalse();
    }

    @Test
    void hosts_areAskedSideBySide() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        site.page("/a", exchange -> {
            try {
                both.await(10, SECONDS);
                exchange.sendResponseHeaders(200, -1);
            } catch (BrokenBarrierException | TimeoutException e) {
                exchange.sendResponseHeaders(404, -1);
            }
        });

        assertThat(check(probe(new AddressGuard(true), PATIENT), QUICK, site.url("/a"), site.otherUrl("/a")))
                .containsExactly(Verdict.ALIVE, Verdict.ALIVE);
    }

    @Test
    void time_thatIsUp_leavesTheRestUnchecked() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        site.page("/hangs", exchange -> end.await());
        site.status("/a", 200);
        LinkRound.Pace brief = new LinkRound.Pace(Duration.ZERO, Duration.ofMillis(300), Duration.ofMillis(20));

        List<Verdict> verdicts =
                check(probe(new AddressGuard(true), PATIENT), brief, site.url("/hangs"), site.url("/a"));

        end.countDown();
        assertThat(verdicts).isEmpty();
        assertThat(site.requests).containsExactly("HEAD /hangs");
    }

    @Test
    void silenceOfAll_isTakenForThisMachinesDeafness() {
        Verdict silent = Verdict.silent(Kind.DEAD, "names a host that does not exist");
        List<Link> links = Link.of(Manuscript.read(
                "Title: T\nDate: 2026-03-25\n\n[x](http://a.example) [x](http://b.example) [x](http://c.example)"));

        assertThat(LinkRound.isDeaf(Map.of(links.get(0), silent, links.get(1), silent, links.get(2), silent)))
                .isTrue();
        assertThat(LinkRound.isDeaf(Map.of(links.get(0), silent, links.get(1), silent)))
                .isFalse();
        assertThat(LinkRound.isDeaf(Map.of(links.get(0), silent, links.get(1), silent, links.get(2), Verdict.ALIVE)))
                .isFalse();
    }
}
