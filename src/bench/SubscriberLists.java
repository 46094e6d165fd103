import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/**
 * A list of a million subscribers brought along, searched, taken away and brought along again, through the packaged
 * program with a heap of 256 MB; beside it on the same server, in the same run, the same rows by plain SQL into the same
 * tables, and a bare COPY. Run it in the project's folder after {@code ./mvnw package}:
 * {@code java -cp 'target/quarkus-app/lib/main/*' src/bench/SubscriberLists.java [rows]}
 */
public class SubscriberLists {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TOKEN = "token-of-the-benchmark";
    private static final String[] DOMAINS = {
        "gmail.com", "gmail.com", "gmail.com", "yahoo.com", "outlook.com", "gmx.de", "web.de", "proton.me"
    };

    private final int rows;
    private final Path folder = Files.createTempDirectory("broadsheet-bench");

    SubscriberLists(int rows) throws IOException {
        this.rows = rows;
    }

    public static void main(String[] arguments) throws Exception {
        new SubscriberLists(arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0])).run();
    }

    private void run() throws Exception {
        Path csv = folder.resolve("readers.csv");
        Path staged = folder.resolve("staged.csv");
        write(csv, staged);
        Program program = new Program("first");
        try {
            program.newsletter("weekly");
            try (Connection connection = program.database("plain")) {
                migrate(connection);
                seconds("bare COPY into one table without an index", () -> copy(connection, "bare", staged));
                double plain = seconds("plain SQL: COPY, then inserts into the real tables", () -> {
                    copy(connection, "staging", staged);
                    insert(connection);
                    return "";
                });
                drop(program);
                double dry = seconds("dry run over HTTP", () -> program.importFile("weekly?dryRun=true", csv));
                double through = seconds("import over HTTP", () -> program.importFile("weekly", csv));
                System.out.printf(Locale.ROOT, "| import : plain SQL | %.2f |%n", through / plain);
                System.out.printf(Locale.ROOT, "| dry run : plain SQL | %.2f |%n", dry / plain);
            }
            seconds("the same file again (all unchanged)", () -> program.importFile("weekly", csv));
            Path exported = folder.resolve("exported.csv");
            seconds("export", () -> program.export("weekly", exported));
            System.out.println("| most memory of the service so far | " + program.memory() + " |");
            search(program);
            program.stop();

            Program second = new Program("second");
            try {
                second.newsletter("elsewhere");
                seconds("the export imported elsewhere", () -> second.importFile("elsewhere", exported));
                Path again = folder.resolve("again.csv");
                second.export("elsewhere", again);
                System.out.println("| and exported there | "
                        + (sorted(exported).equals(sorted(again)) ? "the same lines" : "DIFFERENT") + " |");
            } finally {
                second.stop();
            }
        } finally {
            program.stop();
        }
    }

    /** People stand in another order where they came in other batches. */
    private static List<String> sorted(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.sorted().toList();
        }
    }

    private static double seconds(String what, Callable<String> work) throws Exception {
        long begin = System.nanoTime();
        String said = work.call();
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(Locale.ROOT, "| %s | %.1f s%s |%n", what, seconds, said.isEmpty() ? "" : ", " + said);
        return seconds;
    }

    private void write(Path csv, Path staged) throws Exception {
        Random random = new Random(1);
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        try (BufferedWriter file = Files.newBufferedWriter(csv);
                BufferedWriter stage = Files.newBufferedWriter(staged)) {
            file.write("email,name,state,confirmed_at,confirmed_ip,sections\n");
            for (int i = 0; i < rows; i++) {
                String first = word(random, 2);
                String last = word(random, 3);
                String domain = i % 5 == 0 ? word(random, 3) + ".example" : DOMAINS[random.nextInt(DOMAINS.length)];
                String email = first + "." + last + i + "@" + domain;
                String state = i % 10 == 9 ? "UNSUBSCRIBED" : "ACTIVE";
                String time = "2024-03-01T%02d:%02d:%02dZ".formatted(i / 3600 % 24, i / 60 % 60, i % 60);
                String ip = "192.0.2." + i % 250;
                String section = i % 100_000 == 1 ? "Rare" : i % 100 == 1 ? "Jobs" : "";
                file.write(email + "," + first + " " + last + "," + state + "," + time + "," + ip + ","
                        + (section.isEmpty() ? "" : "\"[\"\"" + section + "\"\"]\"") + "\n");
                String hash = HexFormat.of().formatHex(sha.digest(email.getBytes(StandardCharsets.UTF_8)));
                stage.write(email + "," + email + ",\\x" + hash + "," + first + " " + last + "," + state + "," + time
                        + "," + ip + "," + (section.isEmpty() ? "{}" : "{" + section + "}") + "\n");
            }
        }
    }

    private static String word(Random random, int syllables) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < syllables; i++) {
            word.append("bdfgklmnprstvw".charAt(random.nextInt(14))).append("aeiou".charAt(random.nextInt(5)));
        }
        return word.toString();
    }

    private static void migrate(Connection connection) throws Exception {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"));
                Statement statement = connection.createStatement()) {
            for (Path file : files.sorted((a, b) -> Integer.compare(version(a), version(b)))
                    .toList()) {
                statement.execute(Files.readString(file));
            }
            statement.execute("insert into newsletter (slug, title, from_name, from_email, created_at)"
                    + " values ('plain', 'p', 'p', 'p@example.org', now())");
        }
    }

    private static int version(Path migration) {
        return Integer.parseInt(migration.getFileName().toString().replaceAll("V(\\d+)__.*", "$1"));
    }

    private static String copy(Connection connection, String table, Path file) throws Exception {
        try (Statement statement = connection.createStatement();
                InputStream in = Files.newInputStream(file)) {
            statement.execute("create unlogged table " + table + " (email text, key text, hash bytea, name text,"
                    + " state text, at timestamptz, ip inet, sections text[])");
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy " + table + " from stdin (format csv)", in);
        }
        return "";
    }

    private static void insert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("analyze staging");
            statement.execute("begin");
            statement.execute("insert into subscriber (email, email_key, email_hash, name, created_at)"
                    + " select email, key, hash, name, now() from staging");
            statement.execute("""
                    insert into subscription (newsletter_id, subscriber_id, state, subscribed_at, confirmed_at,
                      unsubscribed_at, sections)
                    select 1, p.id, r.state, r.at, r.at, case r.state when 'UNSUBSCRIBED' then now() end, r.sections
                    from staging r join subscriber p on p.email_key = r.key
                    """);
            statement.execute("""
                    insert into consent_record (subscription_id, action, via, ip, at)
                    select s.id, 'IMPORTED', 'IMPORT', r.ip, now()
                    from staging r join subscriber p on p.email_key = r.key
                    join subscription s on s.subscriber_id = p.id
                    """);
            statement.execute("commit");
        }
    }

    /** So that the two do not meet in memory. */
    private static void drop(Program program) throws Exception {
        try (Connection connection = program.database("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("checkpoint");
        }
    }

    private void search(Program program) throws Exception {
        try (Connection connection = program.database("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("vacuum analyze subscriber");
            statement.execute("vacuum analyze subscription");
            String middle;
            try (ResultSet row =
                    statement.executeQuery("select id from subscription order by id offset " + rows / 2 + " limit 1")) {
                row.next();
                middle = row.getString(1);
            }
            for (String filter : List.of(
                    "",
                    "limit=1000",
                    "state=UNSUBSCRIBED",
                    "state=PENDING",
                    "query=" + number(rows / 3) + "@",
                    "query=bado.gi",
                    "query=badogi",
                    "query=dog",
                    "query=gmail.com",
                    "query=" + URLEncoder.encode("bado bagi", StandardCharsets.UTF_8),
                    "query=gmail.com&state=UNSUBSCRIBED",
                    "query=gmail.com&state=PENDING",
                    "query=nosuchthing",
                    "query=xq",
                    "query=7@gmx",
                    "query=o@gm",
                    "section=Jobs",
                    "section=Rare",
                    "section=Rare&query=gmail.com",
                    "section=Jobs&state=UNSUBSCRIBED",
                    "subscribedAfter=2024-03-01T23:59:00Z",
                    "subscribedAfter=2024-03-01T12:00:00Z",
                    "subscribedBefore=2024-03-01T00:00:01Z",
                    "subscribedAfter=2025-01-01",
                    "subscribedAfter=2024-03-01T23:00:00Z&query=gmail.com&state=ACTIVE")) {
                for (String after : List.of("0", middle)) {
                    page(program, filter, after);
                }
            }
            plans(connection);
        }
    }

    /** Of the statements that a search is made of, as SubscriberSearch makes them. */
    private static void plans(Connection connection) throws SQLException {
        String next = "(select s.id, s.subscriber_id, s.sections from subscription s where s.newsletter_id = n.id"
                + " and s.id > 1000 and s.state = 'ACTIVE' order by s.id limit 5000) s";
        String text = "subscriber_text(p.email, p.email_key, p.name) like '%badogi%'";
        String rest = "with matching as materialized (select s.id from subscription s %s where s.newsletter_id = n.id"
                + " and s.id > 1000 %s limit 5000) select id from matching order by id";
        for (String sql : List.of(
                "select s.id from " + next + " limit 101",
                "select s.id from " + next + " cross join lateral (select from subscriber p"
                        + " where p.id = s.subscriber_id and " + text + " offset 0) p limit 101",
                rest.formatted("join subscriber p on p.id = s.subscriber_id and " + text, ""),
                rest.formatted("", "and s.state = 'PENDING'"),
                rest.formatted("", "and s.sections <> '{}' and s.sections @> array['Rare']"),
                rest.formatted("", "and s.subscribed_at < '2024-03-01T00:00:01Z'"))) {
            System.out.println("\n" + sql);
            try (Statement statement = connection.createStatement();
                    ResultSet id = statement.executeQuery("select id from newsletter where slug = 'weekly'")) {
                id.next();
                String planned = sql.replace("n.id", id.getString(1));
                try (ResultSet line =
                        statement.executeQuery("explain (analyze, costs off, buffers off, summary off) " + planned)) {
                    while (line.next()) {
                        System.out.println("    " + line.getString(1));
                    }
                }
            }
        }
    }

    private static String number(int number) {
        return String.valueOf(number);
    }

    private static void page(Program program, String filter, String after) throws Exception {
        double[] times = new double[15];
        int found = 0;
        for (int i = -5; i < times.length; i++) {
            long begin = System.nanoTime();
            String answer = program.get("/api/newsletters/weekly/subscribers?" + filter + "&after=" + after);
            found = answer.split("\"email\":", -1).length - 1;
            if (i >= 0) {
                times[i] = (System.nanoTime() - begin) / 1e6;
            }
        }
        Arrays.sort(times);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %.1f ms | %.1f ms |%n",
                filter.isEmpty() ? "(none)" : filter,
                after.equals("0") ? "first" : "deep",
                found,
                times[times.length / 2],
                times[times.length - 1]);
    }

    /** The packaged program with a folder of its own. */
    private class Program {
        private final Path home;
        private final int port = freePort();
        private final Process process;

        Program(String name) throws Exception {
            home = Files.createDirectory(folder.resolve(name));
            List<String> command = new ArrayList<>(List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Xmx256m",
                    "-jar",
                    Path.of("target/quarkus-app/quarkus-run.jar")
                            .toAbsolutePath()
                            .toString()));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile());
            builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
            builder.environment().put("BROADSHEET_ADMIN_TOKEN", TOKEN);
            process = builder.start();
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

        void stop() throws InterruptedException {
            process.destroy();
            process.waitFor();
        }

        /** A database of its server, made where it is not there. */
        Connection database(String name) throws Exception {
            String databasePort = Files.readAllLines(home.resolve("data/postgres/postmaster.pid"))
                    .get(3);
            String password =
                    Files.readString(home.resolve("data/database-password")).strip();
            String url = "jdbc:postgresql://127.0.0.1:" + databasePort + "/";
            if (!name.equals("postgres")) {
                try (Connection connection = DriverManager.getConnection(url + "postgres", "postgres", password);
                        Statement statement = connection.createStatement()) {
                    statement.execute("create database " + name);
                }
            }
            return DriverManager.getConnection(url + name, "postgres", password);
        }

        String memory() throws IOException {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM"))
                    .findFirst()
                    .orElse("")
                    .replaceAll("\\s+", " ");
        }

        void newsletter(String slug) throws Exception {
            checked(send(request("/api/newsletters/" + slug)
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString(
                            "{\"title\": \"T\", \"fromName\": \"F\", \"fromEmail\": \"f@example.org\"}"))
                    .build()));
        }

        String importFile(String target, Path file) throws Exception {
            String path = "/api/newsletters/" + target.replaceFirst("(\\?|$)", "/imports$1");
            String answer = checked(send(request(path)
                    .header("Content-Type", "text/csv")
                    .POST(HttpRequest.BodyPublishers.ofFile(file))
                    .build()));
            Matcher counts = Pattern.compile("\"state\":\"\\w+\"|\"(added|unchanged|refused)\":\\d+")
                    .matcher(answer);
            return String.join(" ", counts.results().map(r -> r.group()).toList())
                    .replace("\"", "");
        }

        String export(String slug, Path file) throws Exception {
            HttpResponse<Path> answer = HTTP.send(
                    request("/api/newsletters/" + slug + "/subscribers.csv").build(),
                    HttpResponse.BodyHandlers.ofFile(file));
            return answer.statusCode() + ", " + Files.size(file) / 1_000_000 + " MB";
        }

        String get(String path) throws Exception {
            return checked(send(request(path).build()));
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                    .header("Authorization", "Bearer " + TOKEN);
        }
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

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
