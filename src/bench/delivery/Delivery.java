import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Campaigns of the packaged program at the speed of the wire, each beside its peer in the same run. Run it in the
 * project's folder after {@code ./mvnw package}; needs cc, and Debian's packages {@code postfix} (for smtp-source and
 * smtp-sink; it need not run) and {@code postgresql} (for pgbench):
 * {@code java -cp 'target/quarkus-app/lib/main/*' src/bench/delivery/Delivery.java smtp|sink|memory|snapshot|nodes|pace|sendgrid|feedback|beside [recipients]}
 */
public class Delivery {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String TOKEN = "token-of-the-benchmark";
    private static final int CONNECTIONS = 10;
    private static final int MESSAGE = 90_000;
    private static final long TICKS = 100;

    private final Path folder = Files.createTempDirectory("broadsheet-bench");
    private final List<Process> processes = Collections.synchronizedList(new ArrayList<>());

    Delivery() throws IOException {}

    public static void main(String[] arguments) throws Exception {
        String what = arguments.length == 0 ? "smtp" : arguments[0];
        int recipients = arguments.length < 2 ? 0 : Integer.parseInt(arguments[1]);
        Delivery delivery = new Delivery();
        try {
            switch (what) {
                case "smtp" -> delivery.smtp(recipients == 0 ? 100_000 : recipients, false);
                case "sink" -> delivery.smtp(recipients == 0 ? 100_000 : recipients, true);
                case "memory" -> delivery.memory(recipients == 0 ? 1_000_000 : recipients);
                case "snapshot" -> delivery.snapshot(recipients == 0 ? 1_000_000 : recipients);
                case "nodes" -> delivery.nodes(recipients == 0 ? 50_000 : recipients);
                case "pace" -> delivery.pace();
                case "feedback" -> delivery.feedback(recipients == 0 ? 100_000 : recipients);
                case "beside" -> delivery.beside(recipients == 0 ? 100_000 : recipients);
                case "sendgrid" -> delivery.sendGrid(recipients == 0 ? 1_000_000 : recipients);
                default -> throw new IllegalArgumentException(what);
            }
        } finally {
            for (int i = delivery.processes.size() - 1; i >= 0; i--) {
                Process process = delivery.processes.get(i);
                process.destroy();
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        }
    }

    // ------------------------------------------------------------------------------------------- the measures

    /** Rate and CPU over SMTP, beside Postfix's smtp-source into the same receiver, before and after. */
    private void smtp(int recipients, boolean postfixSink) throws Exception {
        int port = freePort();
        Path book = folder.resolve("book");
        if (postfixSink) {
            start("smtp-sink", List.of("/usr/sbin/smtp-sink", "-u", "nobody", "127.0.0.1:" + port, "1000"), Map.of());
        } else {
            fastSink(port, book);
        }
        await(port);
        Node node = new Node("node", null, smtpTo(port));
        node.readers("weekly", recipients);
        int octets = node.issue("weekly", "one");
        double before = smtpSource(port, Math.min(recipients, 50_000), octets);
        System.out.printf(Locale.ROOT, "| message | %,d octets, %d connections |%n", octets, CONNECTIONS);
        // the first in a virtual machine that is cold, then one in one that has compiled what it needs
        for (String issue : List.of("one", "two")) {
            if (!issue.equals("one")) {
                node.issue("weekly", issue);
            }
            Cpu cpu = new Cpu(node);
            String done = node.campaign("weekly", issue, "{}");
            double seconds = between(field(done, "startedAt"), field(done, "finishedAt"));
            double[] spent = cpu.since();
            double after = smtpSource(port, Math.min(recipients, 50_000), octets);
            System.out.printf(
                    Locale.ROOT, "| smtp-source, before and after | %,.0f · %,.0f a second |%n", before, after);
            System.out.printf(
                    Locale.ROOT,
                    "| campaign %s, start to end | %,d sent, %.1f s, %,.0f a second |%n",
                    issue,
                    number(done, "sent"),
                    seconds,
                    recipients / seconds);
            System.out.printf(
                    Locale.ROOT,
                    "| **share of smtp-source** | **%.2f** |%n",
                    recipients / seconds / ((before + after) / 2));
            System.out.printf(
                    Locale.ROOT,
                    "| **CPU a thousand messages** | **%.3f s** (service %.3f, database %.3f) |%n",
                    (spent[0] + spent[1]) / recipients * 1000,
                    spent[0] / recipients * 1000,
                    spent[1] / recipients * 1000);
            System.out.println("| most memory of the service | " + node.memory() + " |");
            before = after;
        }
        if (!postfixSink) {
            List<String> taken = Files.readAllLines(book).stream()
                    .filter(line -> line.startsWith("reader"))
                    .toList();
            System.out.printf(
                    Locale.ROOT,
                    "| at the receiver, of both | %,d messages to %,d readers |%n",
                    taken.size(),
                    new HashSet<>(taken).size());
        }
    }

    /** Peak memory at many recipients beside a thousand, each in a fresh process with the same heap. */
    private void memory(int recipients) throws Exception {
        int port = freePort();
        fastSink(port, null);
        await(port);
        for (int count : new int[] {1_000, recipients}) {
            Node node = new Node("memory" + count, null, smtpTo(port));
            node.readers("weekly", count);
            node.issue("weekly", "one");
            String done = node.campaign("weekly", "one", "{}");
            System.out.printf(
                    Locale.ROOT,
                    "| %,d recipients | %s | %,d sent in %.0f s |%n",
                    count,
                    node.memory(),
                    number(done, "sent"),
                    between(field(done, "startedAt"), field(done, "finishedAt")));
            node.process.destroy();
            node.process.waitFor();
        }
    }

    /** The start of a campaign beside a bare insert of the same columns into a table with the same indexes. */
    private void snapshot(int recipients) throws Exception {
        int port = freePort();
        fastSink(port, null);
        Node node = new Node("node", null, smtpTo(port));
        node.readers("weekly", recipients);
        node.issue("weekly", "one");
        try (Connection connection = node.database();
                Statement statement = connection.createStatement()) {
            double before = bare(statement, "bare_before");
            String asked = node.newCampaign("weekly", "one", "{\"messagesPerSecond\": 0.01}");
            while (field(node.get("/api/campaigns/" + number(asked, "id")), "startedAt")
                    .isEmpty()) {
                Thread.sleep(20);
            }
            double after = bare(statement, "bare_after");
            String took = Files.readAllLines(node.home.resolve("log")).stream()
                    .filter(line -> line.contains("starts: "))
                    .findFirst()
                    .orElse("");
            Matcher seconds = Pattern.compile("in (\\d+) ms").matcher(took);
            double own = seconds.find() ? Integer.parseInt(seconds.group(1)) / 1000.0 : Double.NaN;
            System.out.printf(Locale.ROOT, "| bare insert, before and after | %.2f s · %.2f s |%n", before, after);
            System.out.printf(Locale.ROOT, "| snapshot | %.2f s |%n", own);
            System.out.printf(Locale.ROOT, "| **snapshot : bare insert** | **%.2f** |%n", own * 2 / (before + after));
        }
    }

    private static double bare(Statement statement, String table) throws Exception {
        statement.execute("create table " + table + " (like delivery including all) with (fillfactor = 50)");
        long begin = System.nanoTime();
        statement.execute(
                "insert into " + table
                        + " (issue_id, campaign_id, subscription_id, lane, state, updated_at) select 1, 1,"
                        + " m.subscription_id, abs(hashint8(m.subscription_id) % 4), 'QUEUED', now()"
                        + " from mailable_subscription m where m.newsletter_id = (select id from newsletter where slug = 'weekly')");
        double seconds = (System.nanoTime() - begin) / 1e9;
        statement.execute("drop table " + table);
        return seconds;
    }

    /** One, two and three nodes on one campaign each. */
    private void nodes(int recipients) throws Exception {
        int port = freePort();
        fastSink(port, null);
        await(port);
        Node first = new Node("node1", null, smtpTo(port));
        first.readers("weekly", recipients);
        for (int nodes = 1; nodes <= 3; nodes++) {
            if (nodes > 1) {
                new Node("node" + nodes, first, smtpTo(port));
            }
            first.issue("weekly", "issue-" + nodes);
            String done = first.campaign("weekly", "issue-" + nodes, "{}");
            double seconds = between(field(done, "startedAt"), field(done, "finishedAt"));
            System.out.printf(
                    Locale.ROOT,
                    "| nodes: %d | %,d sent, %.1f s, %,.0f a second |%n",
                    nodes,
                    number(done, "sent"),
                    seconds,
                    recipients / seconds);
        }
    }

    /** A limit of 100 a second over three nodes, as the receiver sees it. */
    private void pace() throws Exception {
        int recipients = 6_000;
        Receiver receiver = new Receiver();
        Map<String, String> settings = new HashMap<>(smtpTo(receiver.port));
        settings.put("BROADSHEET_DELIVERY_MESSAGES_PER_SECOND", "100");
        Node first = new Node("node1", null, settings);
        new Node("node2", first, settings);
        new Node("node3", first, settings);
        first.readers("weekly", recipients);
        first.issue("weekly", "one");
        first.campaign("weekly", "one", "{}");
        long[] times =
                receiver.times.stream().mapToLong(Long::longValue).sorted().toArray();
        int whole = (int) ((times[times.length - 1] - times[0]) / 1_000_000_000L);
        int[] seconds = new int[whole + 1];
        for (long time : times) {
            seconds[(int) ((time - times[0]) / 1_000_000_000L)]++;
        }
        int[] full = Arrays.copyOf(seconds, whole);
        System.out.printf(
                Locale.ROOT,
                "| %d recipients at 100 a second, three nodes | first to last %.1f s, so %.1f a second |%n",
                times.length,
                (times[times.length - 1] - times[0]) / 1e9,
                (times.length - 1) / ((times[times.length - 1] - times[0]) / 1e9));
        System.out.printf(
                Locale.ROOT,
                "| seconds with at most 110; the fullest | %.1f %%; %d |%n",
                100.0 * Arrays.stream(full).filter(n -> n <= 110).count() / full.length,
                Arrays.stream(full).max().orElse(0));
    }

    /** SendGrid's API played by a local HTTP sink, beside pgbench with the statements of the ledger alone. */
    private void sendGrid(int recipients) throws Exception {
        HttpSink sink = new HttpSink();
        Map<String, String> settings = new HashMap<>();
        settings.put("BROADSHEET_MAIL_TRANSPORT", "sendgrid");
        settings.put("BROADSHEET_MAIL_SENDGRID_API_KEY", "SG.key-of-the-benchmark");
        settings.put("BROADSHEET_MAIL_SENDGRID_URL", "http://127.0.0.1:" + sink.port);
        settings.put("BROADSHEET_DELIVERY_MESSAGES_PER_SECOND", "1000000");
        Node node = new Node("node", null, settings);
        node.readers("weekly", recipients);
        node.issue("weekly", "one");
        Cpu cpu = new Cpu(node);
        String done = node.campaign("weekly", "one", "{}");
        double[] spent = cpu.since();
        double seconds = between(field(done, "startedAt"), field(done, "finishedAt"));
        System.out.printf(
                Locale.ROOT,
                "| campaign | %,d sent, %.1f s, %,.0f a second, %d requests, %,d MB |%n",
                number(done, "sent"),
                seconds,
                recipients / seconds,
                sink.requests.get(),
                sink.octets.get() / 1_000_000);
        System.out.printf(
                Locale.ROOT,
                "| CPU a thousand recipients | service %.4f s, database %.4f s |%n",
                spent[0] / recipients * 1000,
                spent[1] / recipients * 1000);
        System.out.println("| most memory of the service | " + node.memory() + " |");
        double rows = pgbench(node, recipients);
        System.out.printf(Locale.ROOT, "| pgbench: claim, mark, record alone | %,.0f rows a second |%n", rows);
        System.out.printf(Locale.ROOT, "| **share of pgbench** | **%.2f** |%n", recipients / seconds / rows);
        byte[] body = sink.last;
        System.out.printf(
                Locale.ROOT,
                "| a bare client posting a ready body of %,d octets | %,.0f recipients a second |%n",
                body.length,
                bareClient(sink.port, body));
    }

    /** SendGrid's events of a campaign, two for each recipient in any order, beside a bare COPY of the same rows. */
    private void feedback(int recipients) throws Exception {
        EventPoster poster = new EventPoster();
        Node node = new Node("node", null, poster.settings(new HttpSink()));
        node.readers("weekly", recipients);
        node.issue("weekly", "one");
        node.campaign("weekly", "one", "{}");
        List<String> events = new ArrayList<>(2 * recipients);
        try (Connection connection = node.database();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select issue_id, id from delivery")) {
            for (long n = 0; row.next(); n++) {
                for (String event : List.of("processed", "delivered")) {
                    events.add(EventPoster.event(event, n, row.getLong(1), row.getLong(2)));
                }
            }
        }
        Collections.shuffle(events, new java.util.Random(7));
        java.util.concurrent.ConcurrentLinkedQueue<byte[]> waiting = new java.util.concurrent.ConcurrentLinkedQueue<>();
        for (int from = 0; from < events.size(); from += EventPoster.MOST) {
            waiting.add(EventPoster.body(events.subList(from, Math.min(from + EventPoster.MOST, events.size()))));
        }
        int requests = waiting.size();
        Cpu cpu = new Cpu(node);
        long begin = System.nanoTime();
        poster.post(node, waiting::poll).get();
        double seconds = (System.nanoTime() - begin) / 1e9;
        double[] spent = cpu.since();
        System.out.printf(
                Locale.ROOT,
                "| events | %,d in %d requests, %.1f s, %,.0f a second; CPU a thousand: service %.3f s, database %.3f s |%n",
                events.size(),
                requests,
                seconds,
                events.size() / seconds,
                spent[0] / events.size() * 1000,
                spent[1] / events.size() * 1000);
        System.out.println("| most memory of the service | " + node.memory() + " |");
        try (Connection connection = node.database();
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(
                    "select count(*) filter (where state = 'DELIVERED'), count(*) from delivery")) {
                row.next();
                System.out.printf("| rows that are DELIVERED | %d of %d |%n", row.getLong(1), row.getLong(2));
            }
            java.io.ByteArrayOutputStream rows = new java.io.ByteArrayOutputStream();
            org.postgresql.copy.CopyManager copy =
                    connection.unwrap(org.postgresql.PGConnection.class).getCopyAPI();
            copy.copyOut("copy (select * from feedback_event) to stdout", rows);
            statement.execute("create table copied (like feedback_event including defaults)");
            long copying = System.nanoTime();
            copy.copyIn("copy copied from stdin", new java.io.ByteArrayInputStream(rows.toByteArray()));
            double bare = (System.nanoTime() - copying) / 1e9;
            System.out.printf(
                    Locale.ROOT, "| bare COPY of the same rows | %.2f s; **%.1f times** |%n", bare, seconds / bare);
        }
    }

    /** Campaigns at half of what the one before reached: alone, beside events as fast as they are taken, alone again. */
    private void beside(int recipients) throws Exception {
        EventPoster poster = new EventPoster();
        Node node = new Node("node", null, poster.settings(new HttpSink()));
        node.readers("weekly", recipients);
        List<long[]> deliveries = new ArrayList<>();
        double rate = 0;
        for (String issue : List.of("one", "two", "three")) {
            node.issue("weekly", issue);
            String done = node.campaign("weekly", issue, "{}");
            rate = recipients / between(field(done, "startedAt"), field(done, "finishedAt"));
            System.out.printf(Locale.ROOT, "| campaign %s as fast as it goes | %,.0f a second |%n", issue, rate);
        }
        try (Connection connection = node.database();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select issue_id, id from delivery")) {
            while (row.next()) {
                deliveries.add(new long[] {row.getLong(1), row.getLong(2)});
            }
        }
        Collections.shuffle(deliveries, new java.util.Random(7));
        // as SendGrid tells of a message: taken, not yet, not yet, delivered
        List<String> kinds = List.of("processed", "deferred", "deferred", "delivered");
        AtomicLong next = new AtomicLong();
        List<Double> alone = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            String issue = (i % 2 == 1 ? "alone-" : "beside-") + i;
            node.issue("weekly", issue);
            java.util.concurrent.atomic.AtomicBoolean going = new java.util.concurrent.atomic.AtomicBoolean(i % 2 == 0);
            long first = next.get();
            String memory = node.memory("VmRSS");
            java.util.concurrent.Future<Void> posting = poster.post(node, () -> {
                if (!going.get()) {
                    return null;
                }
                List<String> events = new ArrayList<>(EventPoster.MOST);
                for (int e = 0; e < EventPoster.MOST; e++) {
                    long n = next.getAndIncrement();
                    long[] delivery = deliveries.get((int) (n % deliveries.size()));
                    long round = n / deliveries.size();
                    events.add(EventPoster.event(kinds.get((int) (round % kinds.size())), n, delivery[0], delivery[1]));
                }
                return EventPoster.body(events);
            });
            Cpu cpu = new Cpu(node);
            String done = node.campaign("weekly", issue, "{\"messagesPerSecond\": " + rate / 2 + "}");
            going.set(false);
            posting.get();
            double seconds = between(field(done, "startedAt"), field(done, "finishedAt"));
            (i % 2 == 1 ? alone : beside).add(seconds);
            double[] spent = cpu.since();
            System.out.printf(
                    Locale.ROOT,
                    "| %s, paced at %,.0f a second | %.1f s, %,.0f a second, beside %,.0f events a second; service %.1f s,"
                            + " database %.1f s of CPU; resident %s before, %s after |%n",
                    issue,
                    rate / 2,
                    seconds,
                    recipients / seconds,
                    (next.get() - first) / seconds,
                    spent[0],
                    spent[1],
                    memory,
                    node.memory("VmRSS"));
        }
        Collections.sort(alone);
        Collections.sort(beside);
        double usual = (alone.get(1) + alone.get(2)) / 2;
        System.out.printf(
                Locale.ROOT,
                "| **slower beside events, by medians** | **%.1f %%** |%n",
                (beside.get(1) / usual - 1) * 100);
        System.out.println("| most memory of the service | " + node.memory() + " |");
    }

    /** The same rows of the same ledger, by four clients, a thousand at a time. */
    private double pgbench(Node node, int recipients) throws Exception {
        Path script = folder.resolve("ledger.sql");
        try (Connection connection = node.database();
                Statement statement = connection.createStatement()) {
            long issue;
            try (ResultSet row = statement.executeQuery("select max(id) from issue")) {
                row.next();
                issue = row.getLong(1);
            }
            statement.execute(
                    "update delivery set state = 'QUEUED', due_at = null, claim_id = null, request_id = null");
            statement.execute("update lane_count set claimed_to = 0");
            statement.execute("vacuum full delivery_" + issue);
            statement.execute("analyze delivery_" + issue);
            Files.writeString(
                    script,
                    Files.readString(Path.of("src/bench/delivery/ledger.sql"))
                            .replace("ISSUE", String.valueOf(issue))
                            .replace("CAMPAIGN", "(select max(id) from campaign)"));
        }
        List<String> command = new ArrayList<>(List.of("pgbench", "-n", "-M", "prepared", "-c", "4", "-j", "2"));
        command.addAll(List.of("-t", String.valueOf(recipients / 4 / 1000), "-f", script.toString()));
        command.addAll(List.of("-h", "127.0.0.1", "-p", node.databasePort(), "-U", "postgres", "postgres"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", node.password());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher tps = Pattern.compile("tps = ([\\d.]+)").matcher(said);
        if (!tps.find()) {
            throw new IllegalStateException(said);
        }
        return Double.parseDouble(tps.group(1)) * 1000;
    }

    private static double bareClient(int port, byte[] body) throws Exception {
        int requests = 200;
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v3/mail/send"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        long begin = System.nanoTime();
        for (int i = 0; i < requests; i++) {
            HTTP.send(request, HttpResponse.BodyHandlers.discarding());
        }
        return requests * 1000 / ((System.nanoTime() - begin) / 1e9);
    }

    // ------------------------------------------------------------------------------------------- the peers

    private void fastSink(int port, Path book) throws Exception {
        Path program = folder.resolve("smtp-fast-sink");
        Process compile = new ProcessBuilder(
                        "cc", "-O2", "-o", program.toString(), "src/bench/delivery/smtp-fast-sink.c")
                .inheritIO()
                .start();
        if (compile.waitFor() != 0) {
            throw new IllegalStateException("cc failed");
        }
        List<String> command = new ArrayList<>(List.of(program.toString(), String.valueOf(port)));
        if (book != null) {
            command.add(book.toString());
        }
        start("sink", command, Map.of());
    }

    private double smtpSource(int port, int messages, int octets) throws Exception {
        long begin = System.nanoTime();
        Process source = new ProcessBuilder(
                        "/usr/sbin/smtp-source",
                        "-d",
                        "-l",
                        String.valueOf(octets),
                        "-m",
                        String.valueOf(messages),
                        "-s",
                        String.valueOf(CONNECTIONS),
                        "-f",
                        "from@example.org",
                        "-t",
                        "to@example.org",
                        "127.0.0.1:" + port)
                .inheritIO()
                .start();
        if (source.waitFor() != 0) {
            throw new IllegalStateException("smtp-source failed");
        }
        return messages / ((System.nanoTime() - begin) / 1e9);
    }

    /** An SMTP receiver that notes when each message came; a thread for each connection. */
    private static class Receiver {
        final ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        final int port;

        Receiver() throws IOException {
            ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
            port = server.getLocalPort();
            daemon(() -> {
                while (true) {
                    Socket socket = server.accept();
                    daemon(() -> serve(socket));
                }
            });
        }

        private Void serve(Socket socket) throws IOException {
            try (socket) {
                socket.setTcpNoDelay(true);
                InputStream in = new java.io.BufferedInputStream(socket.getInputStream(), 1 << 17);
                OutputStream out = socket.getOutputStream();
                out.write("220 here\r\n".getBytes(StandardCharsets.US_ASCII));
                boolean content = false;
                StringBuilder line = new StringBuilder();
                for (int octet = in.read(); octet >= 0; octet = in.read()) {
                    if (octet != '\n') {
                        line.append((char) octet);
                        continue;
                    }
                    String command = line.toString().strip();
                    line.setLength(0);
                    String answer = null;
                    if (content) {
                        if (command.equals(".")) {
                            content = false;
                            times.add(System.nanoTime());
                            answer = "250 ok";
                        }
                    } else if (command.startsWith("EHLO")) {
                        answer = "250-here\r\n250 PIPELINING";
                    } else if (command.equals("DATA")) {
                        content = true;
                        answer = "354 go on";
                    } else if (command.equals("QUIT")) {
                        return null;
                    } else {
                        answer = "250 ok";
                    }
                    if (answer != null) {
                        out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    }
                }
            }
            return null;
        }
    }

    /** Takes requests by their length and answers 202; looks at nothing else. */
    private static class HttpSink {
        private static final byte[] ANSWER = "HTTP/1.1 202 Accepted\r\nX-Message-Id: id\r\nContent-Length: 0\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);

        final AtomicLong requests = new AtomicLong();
        final AtomicLong octets = new AtomicLong();
        final int port;
        volatile byte[] last = new byte[0];

        HttpSink() throws IOException {
            ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
            port = server.getLocalPort();
            daemon(() -> {
                while (true) {
                    Socket socket = server.accept();
                    daemon(() -> serve(socket));
                }
            });
        }

        private Void serve(Socket socket) throws IOException {
            try (socket) {
                socket.setTcpNoDelay(true);
                InputStream in = new java.io.BufferedInputStream(socket.getInputStream(), 1 << 17);
                while (true) {
                    int length = -1;
                    StringBuilder line = new StringBuilder();
                    for (int octet = in.read(); ; octet = in.read()) {
                        if (octet < 0) {
                            return null;
                        }
                        if (octet != '\n') {
                            line.append((char) octet);
                            continue;
                        }
                        String header = line.toString().strip();
                        line.setLength(0);
                        if (header.isEmpty()) {
                            break;
                        }
                        if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                            length = Integer.parseInt(header.substring(15).strip());
                        }
                    }
                    byte[] body = in.readNBytes(length);
                    requests.incrementAndGet();
                    octets.addAndGet(length);
                    if (length > last.length) {
                        last = body;
                    }
                    socket.getOutputStream().write(ANSWER);
                }
            }
        }
    }

    /** What SendGrid's event webhook does: signed requests over four connections, each answered before the next. */
    private static class EventPoster {
        /** As many as come to 768 KB. */
        static final int MOST = 2_000;

        private final KeyPair keys;

        EventPoster() throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            keys = generator.generateKeyPair();
        }

        Map<String, String> settings(HttpSink sink) {
            Map<String, String> settings = new HashMap<>();
            settings.put("BROADSHEET_MAIL_TRANSPORT", "sendgrid");
            settings.put("BROADSHEET_MAIL_SENDGRID_API_KEY", "SG.key-of-the-benchmark");
            settings.put("BROADSHEET_MAIL_SENDGRID_URL", "http://127.0.0.1:" + sink.port);
            settings.put(
                    "BROADSHEET_MAIL_SENDGRID_WEBHOOK_PUBLIC_KEY",
                    Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
            settings.put("BROADSHEET_DELIVERY_MESSAGES_PER_SECOND", "1000000");
            return settings;
        }

        static String event(String event, long n, long issue, long delivery) {
            return "{\"email\":\"reader" + n + "@example.org\",\"timestamp\":"
                    + (System.currentTimeMillis() / 1000 - n % 600)
                    + ",\"smtp-id\":\"<Qk3v9xTTRa2@geopod-ismtpd-" + n
                    + ">\",\"event\":\"" + event
                    + "\",\"category\":[\"weekly\",\"weekly/one\"],\"sg_event_id\":\""
                    + event + "-0-Qk3v9xTTRa2aB-" + n
                    + "\",\"sg_message_id\":\"Qk3v9xTTRa2.recvd-5d9c-1-69563A00-" + n
                    + ".0\",\"response\":\"250 2.0.0 OK\",\"ip\":\"192.0.2.10\",\"tls\":1,\"bs_issue\":\""
                    + issue + "\",\"bs_delivery\":\"" + delivery + "\",\"bs_request\":\"request-"
                    + n / 1000 + "\"}";
        }

        static byte[] body(List<String> events) {
            return ("[" + String.join(",", events) + "]").getBytes(StandardCharsets.UTF_8);
        }

        /** @param bodies null where there are no more. @return done when all are answered */
        java.util.concurrent.Future<Void> post(Node node, java.util.function.Supplier<byte[]> bodies) {
            java.util.concurrent.CompletableFuture<?>[] posters = new java.util.concurrent.CompletableFuture<?>[4];
            for (int i = 0; i < posters.length; i++) {
                java.util.concurrent.CompletableFuture<Void> poster = new java.util.concurrent.CompletableFuture<>();
                posters[i] = poster;
                daemon(() -> {
                    try {
                        for (byte[] body = bodies.get(); body != null; body = bodies.get()) {
                            post(node, body);
                        }
                        poster.complete(null);
                    } catch (Exception e) {
                        poster.completeExceptionally(e);
                    }
                    return null;
                });
            }
            return java.util.concurrent.CompletableFuture.allOf(posters);
        }

        private void post(Node node, byte[] body) throws Exception {
            String timestamp = String.valueOf(System.currentTimeMillis() / 1000);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(timestamp.getBytes(StandardCharsets.UTF_8));
            signature.update(body);
            HttpResponse<String> answer = send(node.request("/webhooks/sendgrid")
                    .header("X-Twilio-Email-Event-Webhook-Timestamp", timestamp)
                    .header(
                            "X-Twilio-Email-Event-Webhook-Signature",
                            Base64.getEncoder().encodeToString(signature.sign()))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build());
            if (answer.statusCode() != 204) {
                throw new IllegalStateException(answer.statusCode() + " " + answer.body());
            }
        }
    }

    private interface Work {
        Void run() throws Exception;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception gone) {
                // the other side has gone
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    // ------------------------------------------------------------------------------------------- the program

    private static Map<String, String> smtpTo(int port) {
        Map<String, String> settings = new HashMap<>();
        settings.put("BROADSHEET_MAIL_TRANSPORT", "smtp");
        settings.put("BROADSHEET_MAIL_SMTP_HOST", "127.0.0.1");
        settings.put("BROADSHEET_MAIL_SMTP_PORT", String.valueOf(port));
        settings.put("BROADSHEET_MAIL_SMTP_TLS", "none");
        settings.put("BROADSHEET_MAIL_SMTP_CONNECTIONS", String.valueOf(CONNECTIONS));
        settings.put("BROADSHEET_DELIVERY_MESSAGES_PER_SECOND", "100000");
        return settings;
    }

    /** The packaged program in a folder of its own; the first has the embedded database, further ones join it. */
    private class Node {
        private final Path home;
        private final int port = freePort();
        private final Process process;
        private final Node first;

        Node(String name, Node first, Map<String, String> settings) throws Exception {
            this.home = Files.createDirectory(folder.resolve(name));
            this.first = first == null ? this : first;
            Map<String, String> environment = new HashMap<>(settings);
            environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
            environment.put("BROADSHEET_ADMIN_TOKEN", TOKEN);
            environment.put("BROADSHEET_BASE_URL", "http://localhost:" + this.first.port);
            environment.put("BROADSHEET_SECRET", "a-secret-of-the-benchmark-of-32-bytes");
            if (first != null) {
                environment.put(
                        "QUARKUS_DATASOURCE_JDBC_URL",
                        "jdbc:postgresql://127.0.0.1:" + first.databasePort() + "/postgres");
                environment.put("QUARKUS_DATASOURCE_USERNAME", "postgres");
                environment.put("QUARKUS_DATASOURCE_PASSWORD", first.password());
            }
            List<String> command = new ArrayList<>(
                    List.of(ProcessHandle.current().info().command().orElse("java"), "-Xmx256m"));
            String more = System.getenv("BENCH_JAVA_OPTS");
            if (more != null) {
                command.addAll(List.of(more.split(" ")));
            }
            command.addAll(List.of(
                    "-jar",
                    Path.of("target/quarkus-app/quarkus-run.jar")
                            .toAbsolutePath()
                            .toString()));
            process = start(name, command, environment);
            while (true) {
                try {
                    if (send(request("/q/health/ready").build()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(Files.readString(home.resolve("log")));
                    }
                }
                Thread.sleep(50);
            }
        }

        /** A newsletter and its readers, by plain SQL. */
        void readers(String newsletter, int count) throws Exception {
            checked(send(request("/api/newsletters/" + newsletter)
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString(
                            "{\"title\": \"Weekly\", \"fromName\": \"F\", \"fromEmail\": \"f@example.org\"}"))
                    .build()));
            try (Connection connection = database();
                    Statement statement = connection.createStatement()) {
                statement.execute("insert into subscriber (email, email_key, email_hash, created_at)"
                        + " select e, e, sha256(e::bytea), now() from (select 'reader' || i || '@example.org' as e"
                        + " from generate_series(1, " + count + ") i) x");
                statement.execute("insert into subscription (newsletter_id, subscriber_id, state, subscribed_at,"
                        + " confirmed_at) select n.id, s.id, 'ACTIVE', now(), now() from subscriber s, newsletter n"
                        + " where n.slug = '" + newsletter + "'");
                statement.execute("vacuum analyze subscriber");
                statement.execute("vacuum analyze subscription");
                statement.execute("checkpoint");
            }
        }

        /** An issue whose mail has about so many octets. @return how many */
        int issue(String newsletter, String slug) throws Exception {
            String path = "/api/newsletters/" + newsletter + "/issues/" + slug;
            int items = 200;
            int octets = 0;
            for (int round = 0; round < 6 && Math.abs(octets - MESSAGE) > 1_000; round++) {
                if (octets > 0) {
                    items = (int) Math.round((double) items * MESSAGE / octets);
                }
                StringBuilder markdown = new StringBuilder("Title: Issue " + slug + "\nDate: 2026-11-24\n\n# News\n\n");
                for (int i = 0; i < items; i++) {
                    markdown.append("* [Article number ")
                            .append(i)
                            .append(" of this week](https://blog")
                            .append(i)
                            .append(".example.org/posts/")
                            .append(i)
                            .append(") tells something new of it\n");
                }
                checked(send(request(path)
                        .header("Content-Type", "text/markdown")
                        .PUT(HttpRequest.BodyPublishers.ofString(markdown.toString()))
                        .build()));
                octets = get("/api/newsletters/" + newsletter + "/issues/" + slug + "/email.eml")
                        .length();
            }
            checked(send(request(path + "/publish")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build()));
            return octets;
        }

        String newCampaign(String newsletter, String issue, String body) throws Exception {
            return checked(send(request("/api/newsletters/" + newsletter + "/issues/" + issue + "/campaigns")
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", issue)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build()));
        }

        /** Waits for its end. */
        String campaign(String newsletter, String issue, String body) throws Exception {
            long id = number(newCampaign(newsletter, issue, body), "id");
            while (true) {
                String campaign = get("/api/campaigns/" + id);
                String state = field(campaign, "state");
                if (state.equals("DONE")) {
                    return campaign;
                }
                if (state.equals("PAUSED") || state.equals("CANCELLED")) {
                    throw new IllegalStateException(campaign);
                }
                Thread.sleep(250);
            }
        }

        Connection database() throws Exception {
            return DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + databasePort() + "/postgres", "postgres", password());
        }

        String databasePort() throws IOException {
            return Files.readAllLines(first.home.resolve("data/postgres/postmaster.pid"))
                    .get(3);
        }

        String password() throws IOException {
            return Files.readString(first.home.resolve("data/database-password"))
                    .strip();
        }

        long postmaster() throws IOException {
            return Long.parseLong(Files.readAllLines(first.home.resolve("data/postgres/postmaster.pid"))
                    .get(0)
                    .strip());
        }

        String memory() throws IOException {
            return memory("VmHWM");
        }

        String memory(String name) throws IOException {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith(name))
                    .findFirst()
                    .orElse("")
                    .replaceAll("\\s+", " ");
        }

        String get(String path) throws Exception {
            return checked(send(request(path).build()));
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                    .header("Authorization", "Bearer " + TOKEN);
        }
    }

    /** CPU seconds of the service and of its database since now. */
    private static class Cpu {
        private final Node node;
        private final double service;
        private final double database;

        Cpu(Node node) throws IOException {
            this.node = node;
            this.service = service();
            this.database = database();
        }

        double[] since() throws IOException {
            return new double[] {service() - service, database() - database};
        }

        private double service() throws IOException {
            return seconds(node.process.pid(), false);
        }

        private double database() throws IOException {
            double sum = seconds(node.postmaster(), true);
            try (Stream<ProcessHandle> backends =
                    ProcessHandle.of(node.postmaster()).orElseThrow().children()) {
                for (ProcessHandle backend : backends.toList()) {
                    sum += seconds(backend.pid(), false);
                }
            }
            return sum;
        }

        private static double seconds(long pid, boolean withEnded) throws IOException {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = 0;
            for (int i = 11; i < (withEnded ? 15 : 13); i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return (double) ticks / TICKS;
        }
    }

    private Process start(String name, List<String> command, Map<String, String> environment) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static void await(int port) throws Exception {
        for (int i = 0; i < 200; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                Thread.sleep(20);
            }
        }
        throw new IllegalStateException("nobody listens");
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String checked(HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private static String field(String json, String name) {
        Matcher field = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        return field.find() ? field.group(1) : "";
    }

    private static long number(String json, String name) {
        Matcher field = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
        return field.find() ? Long.parseLong(field.group(1)) : -1;
    }

    private static double between(String from, String to) {
        return (Instant.parse(to).toEpochMilli() - Instant.parse(from).toEpochMilli()) / 1000.0;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
