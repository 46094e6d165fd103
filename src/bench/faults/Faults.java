import com.fasterxml.jackson.databind.JsonNode;
import dev.broadsheet.Program;
import dev.broadsheet.faults.Book;
import dev.broadsheet.faults.Editor;
import dev.broadsheet.faults.SendGridReceiver;
import dev.broadsheet.faults.SmtpReceiver;
import dev.broadsheet.faults.SmtpReceiver.Manners;
import dev.broadsheet.faults.Verdict;
import dev.broadsheet.mail.WebhookSigner;
import dev.broadsheet.platform.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * The packaged program under faults: nodes on a PostgreSQL of their own, into a receiver that keeps a book of what it
 * took, which the ledger is compared with at the end. A row of a table for each fault. {@code run.sh} beside it starts
 * it.
 */
public class Faults {

    private static final String TOKEN = "token-of-the-faults";
    private static final int CONNECTIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(25);

    /** What is done while a campaign runs. */
    private interface Fault {
        void happen(Run run) throws Exception;
    }

    /**
     * @param lease what a claim holds, in seconds; 300 is what it is where nobody says otherwise
     * @param manners of the SMTP receiver; null for SendGrid's
     */
    private record Scenario(
            String what,
            int readers,
            double rate,
            int nodes,
            int lease,
            Manners manners,
            String inDoubt,
            Fault fault) {}

    private final long seed;
    private final Map<String, Scenario> scenarios = new LinkedHashMap<>();

    private Faults(long seed) {
        this.seed = seed;
        Manners good = Manners.GOOD;
        Manners bad = new Manners(0.1, 0.01, 100, 0.002, 0.001, 0.0005, 0.0005, Duration.ofMinutes(3));
        add("kill", new Scenario("`kill -9`, 20 times", 30_000, 400, 1, 30, good, "", run -> kills(run, 20)));
        add("term", new Scenario("SIGTERM, 5 times", 6_000, 200, 1, 300, good, "", run -> terms(run, 5)));
        add(
                "postgres",
                new Scenario("`kill -9` of PostgreSQL, 5 times", 6_000, 200, 1, 300, good, "", r -> postgres(r, 5)));
        add("away", new Scenario("PostgreSQL gone for 2 minutes", 6_000, 100, 1, 300, good, "", Faults::away));
        add(
                "frozen",
                new Scenario(
                        "two nodes, each frozen for 45 s", 12_000, 80, 2, 30, good, "", run -> frozen(run, false)));
        add(
                "frozen-in-transaction",
                new Scenario("the same, within a transaction", 12_000, 80, 2, 30, good, "", run -> frozen(run, true)));
        add("nodes", new Scenario("three nodes, one dies each minute", 12_000, 70, 3, 60, good, "", Faults::nodes));
        add("receiver", new Scenario("an SMTP receiver that misbehaves", 8_000, 200, 1, 300, bad, "", run -> {}));
        add(
                "kill-receiver",
                new Scenario(
                        "the same, and `kill -9` 5 times",
                        8_000,
                        200,
                        1,
                        150,
                        new Manners(0.1, 0.01, 100, 0.01, 0.005, 0, 0, Duration.ZERO),
                        "",
                        run -> kills(run, 5)));
        add("sendgrid", new Scenario("an HTTP sink that misbehaves", 20_000, 400, 1, 300, null, "hold", run -> {}));
        add(
                "sendgrid-kill",
                new Scenario("the same, and `kill -9` 5 times", 20_000, 400, 1, 60, null, "hold", r -> kills(r, 5)));
        add(
                "sendgrid-events",
                new Scenario(
                        "an HTTP sink that misbehaves and tells of what it took, one event a request",
                        20_000,
                        400,
                        1,
                        300,
                        null,
                        "resend",
                        run -> {}));
        add(
                "sendgrid-events-kill",
                new Scenario("the same, and `kill -9` 5 times", 20_000, 400, 1, 60, null, "resend", r -> kills(r, 5)));
    }

    private void add(String name, Scenario scenario) {
        scenarios.put(name, scenario);
    }

    public static void main(String[] arguments) throws Exception {
        List<String> names = new ArrayList<>(List.of(arguments));
        long seed = names.stream()
                .filter(a -> a.startsWith("seed="))
                .mapToLong(a -> Long.parseLong(a.substring(5)))
                .findFirst()
                .orElse(1);
        names.removeIf(a -> a.startsWith("seed="));
        Faults faults = new Faults(seed);
        System.out.println("Seed " + seed + ", " + Instant.now());
        System.out.println("| fault | recipients | lease | lost | doubled (allowed) | other Message-ID | end"
                + " | ledger | seconds | what happened |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (String name : names.isEmpty() ? faults.scenarios.keySet() : names) {
            try (Run run = new Run(faults.scenarios.get(name), seed)) {
                System.out.println(run.row());
            }
        }
        System.exit(0);
    }

    // ------------------------------------------------------------------------------------------------ the faults

    /** At random places of the campaign, each time while it sends. */
    private static void kills(Run run, int times) throws Exception {
        for (int i = 1; i <= times; i++) {
            run.awaitTaken((int) ((i - run.random.nextDouble() * 0.9) * run.scenario.readers / (times + 1)));
            Thread.sleep(run.random.nextInt(300));
            run.kill(0);
            run.startNode(0);
        }
    }

    private static void terms(Run run, int times) throws Exception {
        int left = 0;
        double longest = 0;
        for (int i = 1; i <= times; i++) {
            run.awaitTaken((int) ((i - run.random.nextDouble() * 0.9) * run.scenario.readers / (times + 1)));
            long begin = System.nanoTime();
            run.nodes.get(0).stop();
            longest = Math.max(longest, (System.nanoTime() - begin) / 1e9);
            left += run.number("select count(*) from delivery where state in ('SENDING', 'IN_DOUBT')");
            run.startNode(0);
        }
        run.notes.add(
                left + " rows claimed or in doubt after " + times + " ends, the longest end took " + seconds(longest));
    }

    private static void postgres(Run run, int times) throws Exception {
        for (int i = 1; i <= times; i++) {
            run.awaitTaken((int) ((i - run.random.nextDouble() * 0.9) * run.scenario.readers / (times + 1)));
            Thread.sleep(run.random.nextInt(300));
            run.postgres.kill();
            run.interruptions.add(Instant.now());
            run.postgres.start();
        }
    }

    private static void away(Run run) throws Exception {
        run.awaitTaken(run.scenario.readers / 3);
        run.postgres.stop();
        run.interruptions.add(Instant.now());
        int before = run.book.messages();
        Thread.sleep(120_000);
        run.notes.add(run.book.messages() - before + " messages went while it was away");
        Instant back = Instant.now();
        run.postgres.start();
        int after = run.book.messages();
        run.awaitTaken(after + 1);
        run.notes.add("the first message came " + seconds(since(back)) + " after it was back");
    }

    /** Each of two nodes in turn stands still for longer than its lease. */
    private static void frozen(Run run, boolean inTransaction) throws Exception {
        run.awaitTaken(500);
        for (int node = 0; node < 2; node++) {
            Instant at = Instant.now();
            int tries = run.freeze(node, inTransaction);
            Thread.sleep(run.scenario.lease * 1500L);
            run.signal(node, "CONT");
            run.interruptions.add(Instant.now());
            run.gaps.put("node " + (node + 1) + " frozen" + (inTransaction ? " at try " + tries : ""), at);
            Thread.sleep(5_000);
        }
    }

    private static void nodes(Run run) throws Exception {
        run.awaitTaken(1);
        for (int node = 0; node < 2; node++) {
            Thread.sleep(60_000);
            Instant at = Instant.now();
            run.kill(node);
            run.gaps.put("node " + (node + 1) + " killed", at);
        }
    }

    // ------------------------------------------------------------------------------------------------ one scenario

    /** An installation of its own, its campaign, and what became of it. */
    private static final class Run implements AutoCloseable {
        private final Scenario scenario;
        private final Random random;
        private final Path folder = Files.createTempDirectory("broadsheet-faults");
        private final PostgresServer postgres = new PostgresServer(Files.createDirectory(folder.resolve("postgres")));
        private final SmtpReceiver smtp;
        private final SendGridReceiver sendGrid;
        private final WebhookSigner signer = new WebhookSigner();
        private final Book book;
        private final Map<Integer, Program> nodes = new TreeMap<>();
        private final Editor editor = new Editor(this::url, TOKEN, "faults");
        private final List<String> notes = new ArrayList<>();
        /** Moments after which each lane's longest silence is of interest. */
        private final Map<String, Instant> gaps = new LinkedHashMap<>();
        /** Kills, freezes and the like: each may double one message a connection. */
        private final List<Instant> interruptions = new ArrayList<>();
        /** What was in doubt under hold, and taken, when it was settled as to be sent again. */
        private long resentThoughTaken;

        Run(Scenario scenario, long seed) throws Exception {
            this.scenario = scenario;
            this.random = new Random(seed);
            smtp = scenario.manners == null ? null : new SmtpReceiver(scenario.manners, seed);
            sendGrid = scenario.manners == null ? new SendGridReceiver(0.1, seed) : null;
            book = smtp == null ? sendGrid.book() : smtp.book();
            if (scenario.inDoubt.equals("resend")) {
                sendGrid.tell(this::url, signer, Duration.ofSeconds(3));
            }
        }

        String row() throws Exception {
            for (int node = 0; node < scenario.nodes; node++) {
                startNode(node);
            }
            List<String> list = editor.prepare(scenario.readers);
            Instant begin = Instant.now();
            long campaign = editor.send(scenario.rate);
            scenario.fault.happen(this);
            String end = awaitEnd(campaign, list);
            double took = since(begin);
            Verdict verdict = Verdict.of(list, book, editor.ledger(campaign));
            worstInterruption().ifPresent(notes::add);
            gaps.forEach((what, at) -> notes.add(what + ": " + silence(campaign, at)));
            if (!book.faults().isEmpty()) {
                notes.add(book.faults().toString().replaceAll("[{}]", ""));
            }
            verdict.differences().stream().limit(5).forEach(notes::add);
            if (verdict.lost() + verdict.strangers() + verdict.differences().size() > 0) {
                notes.add("see " + folder);
            }
            return String.format(
                    Locale.ROOT,
                    "| %s | %,d | %d s | %d | %d (%d) | %d | %s | %s | %.0f | %s |",
                    scenario.what,
                    scenario.readers,
                    scenario.lease,
                    verdict.lost(),
                    verdict.doubled(),
                    smtp == null ? resentThoughTaken : book.unanswered() + interruptions.size() * CONNECTIONS,
                    verdict.otherIds(),
                    end,
                    verdict.differences().isEmpty()
                            ? "equal"
                            : verdict.differences().size() + " differ",
                    took,
                    String.join("; ", notes));
        }

        /** Doubled at one kill: whose first message came before it, and after the one before. */
        private Optional<String> worstInterruption() {
            Map<Instant, Integer> doubled = new TreeMap<>();
            interruptions.forEach(at -> doubled.put(at, 0));
            for (List<Book.Taken> taken : book.taken().values()) {
                if (taken.size() > 1) {
                    interruptions.stream()
                            .filter(at -> at.isAfter(taken.get(0).at()))
                            .findFirst()
                            .ifPresent(at -> doubled.merge(at, 1, Integer::sum));
                }
            }
            return doubled.values().stream()
                    .max(Integer::compareTo)
                    .filter(most -> most > 0)
                    .map(most -> "at most " + most + " doubled at one of them");
        }

        private String awaitEnd(long campaign, List<String> list) throws Exception {
            Instant deadline = Instant.now().plus(PATIENCE);
            List<String> pauses = new ArrayList<>();
            String state = "";
            while (Instant.now().isBefore(deadline)) {
                Optional<JsonNode> now = editor.campaign(campaign);
                state = now.map(c -> c.path("state").asText()).orElse("no answer");
                if (state.equals("DONE")) {
                    break;
                }
                if (state.equals("PAUSED")) {
                    String reason = now.get().at("/reason/code").asText();
                    pauses.add(reason);
                    if (reason.equals("in-doubt")) {
                        settle(campaign, list);
                    } else {
                        editor.resume(campaign);
                    }
                }
                Thread.sleep(200);
            }
            return state + (pauses.isEmpty() ? "" : " after pauses: " + String.join(", ", pauses));
        }

        /** At the pause nobody got it twice, and whoever did not get it is in doubt; then the receiver behaves. */
        private void settle(long campaign, List<String> list) throws Exception {
            List<Verdict.Row> ledger = editor.ledger(campaign);
            Verdict verdict = Verdict.of(list, book, ledger);
            long doubt =
                    ledger.stream().filter(r -> r.state().equals("IN_DOUBT")).count();
            long other = ledger.stream()
                    .filter(r -> r.state().equals("SENT") && !book.taken().containsKey(r.email()))
                    .count();
            long taken = ledger.stream()
                    .filter(r -> r.state().equals("IN_DOUBT") && book.taken().containsKey(r.email()))
                    .count();
            resentThoughTaken += taken;
            notes.add("at the pause " + verdict.doubled() + " doubled, " + doubt + " in doubt, of which " + taken
                    + " were taken, " + other + " SENT and not taken; settled as RESEND");
            if (sendGrid != null) {
                sendGrid.behave();
            } else {
                smtp.behave(Manners.GOOD);
            }
            editor.settle(campaign, "RESEND");
        }

        // -------------------------------------------------------------------------------------------- its nodes

        void startNode(int node) throws Exception {
            Map<String, String> environment = new HashMap<>();
            environment.put("QUARKUS_DATASOURCE_JDBC_URL", postgres.url("node-" + node));
            environment.put("QUARKUS_DATASOURCE_USERNAME", "postgres");
            environment.put("QUARKUS_DATASOURCE_PASSWORD", "postgres");
            environment.put("BROADSHEET_SECRET", "a secret of the fault suite that is long enough");
            environment.put("BROADSHEET_ADMIN_TOKEN", TOKEN);
            environment.put("BROADSHEET_BASE_URL", "http://localhost:8080");
            environment.put("BROADSHEET_DELIVERY_MESSAGES_PER_SECOND", "1000");
            environment.put("BROADSHEET_DELIVERY_FIRST_RETRY", "PT5S");
            if (scenario.lease != 300) {
                environment.put("BROADSHEET_DELIVERY_LEASE", "PT" + scenario.lease + "S");
                environment.put("BROADSHEET_DELIVERY_ANSWER_TIME", "PT" + scenario.lease / 3 + "S");
            }
            if (!scenario.inDoubt.isEmpty()) {
                environment.put("BROADSHEET_DELIVERY_IN_DOUBT", scenario.inDoubt);
                environment.put(
                        "BROADSHEET_DELIVERY_RESEND_AFTER",
                        "PT2M"); // longer than any event takes, nodes being down meanwhile
                environment.put("BROADSHEET_MAIL_SENDGRID_WEBHOOK_PUBLIC_KEY", signer.publicKey());
            }
            if (smtp == null) {
                environment.put("BROADSHEET_MAIL_TRANSPORT", "sendgrid");
                environment.put("BROADSHEET_MAIL_SENDGRID_URL", sendGrid.url());
                environment.put("BROADSHEET_MAIL_SENDGRID_API_KEY", "SG.faults");
            } else {
                environment.put("BROADSHEET_MAIL_TRANSPORT", "smtp");
                environment.put("BROADSHEET_MAIL_SMTP_HOST", "127.0.0.1");
                environment.put("BROADSHEET_MAIL_SMTP_PORT", String.valueOf(smtp.port()));
                environment.put("BROADSHEET_MAIL_SMTP_TLS", "none");
                environment.put("BROADSHEET_MAIL_SMTP_CONNECTIONS", String.valueOf(CONNECTIONS));
            }
            environment.put("JAVA_TOOL_OPTIONS", "-Xmx256m");
            Program program = new Program(folder, environment);
            nodes.put(node, program);
            program.awaitReady();
        }

        void kill(int node) throws InterruptedException {
            nodes.remove(node).kill();
            interruptions.add(Instant.now());
        }

        /** @return how often it was tried until it stood within a transaction */
        int freeze(int node, boolean inTransaction) throws Exception {
            for (int tries = 1; ; tries++) {
                signal(node, "STOP");
                if (!inTransaction
                        || number("select count(*) from pg_stat_activity where application_name = 'node-" + node
                                        + "' and state = 'idle in transaction'")
                                > 0) {
                    return tries;
                }
                signal(node, "CONT");
                Thread.sleep(10 + random.nextInt(50));
            }
        }

        void signal(int node, String name) throws Exception {
            long pid = nodes.get(node).process().pid();
            new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
        }

        void awaitTaken(int messages) throws InterruptedException {
            Instant deadline = Instant.now().plus(PATIENCE);
            while (book.messages() < messages) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("It does not get on, see " + folder);
                }
                Thread.sleep(10);
            }
        }

        /** Of the last one started: it is there longest where nodes die one after the other. */
        private String url() {
            List<Program> all = new ArrayList<>(nodes.values());
            return all.get(all.size() - 1).url();
        }

        // -------------------------------------------------------------------------------------------- its database

        int number(String sql) throws SQLException {
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getInt(1);
            }
        }

        /** How long after a moment each lane's next message came, but for those of rows that were claimed then. */
        private String silence(long campaign, Instant from) {
            Map<Integer, List<Instant>> lanes = new TreeMap<>();
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("""
                            select p.email, d.lane from delivery d
                            join subscription s on s.id = d.subscription_id join subscriber p on p.id = s.subscriber_id
                            where d.campaign_id = %d""".formatted(campaign))) {
                while (row.next()) {
                    List<Instant> times = lanes.computeIfAbsent(row.getInt(2), lane -> new ArrayList<>());
                    book.taken().getOrDefault(row.getString(1), List.of()).forEach(t -> times.add(t.at()));
                }
            } catch (SQLException e) {
                return e.getMessage();
            }
            List<String> silences = new ArrayList<>();
            lanes.forEach((lane, times) -> {
                // what was on its way at the moment may still arrive; a lane that had ended has none
                Instant next = times.stream()
                        .filter(t -> t.isAfter(from.plusMillis(100)))
                        .min(Instant::compareTo)
                        .orElse(null);
                silences.add(
                        next == null
                                ? "–"
                                : seconds(Duration.between(from, next).toMillis() / 1000.0));
            });
            return "lanes went on after " + String.join(", ", silences);
        }

        @Override
        public void close() throws Exception {
            for (Program node : nodes.values()) {
                node.kill();
            }
            if (smtp != null) {
                smtp.close();
            } else {
                sendGrid.close();
            }
            postgres.close();
        }
    }

    private static double since(Instant begin) {
        return Duration.between(begin, Instant.now()).toMillis() / 1000.0;
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
