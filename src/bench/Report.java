import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import org.flywaydb.core.Flyway;

/**
 * What a report of a million deliveries costs: its statements with their plans, making it, and asking the packaged program
 * (heap of 256 MB) for it; and for one of a thousand that is made while somebody waits. In a PostgreSQL of its own.
 */
class Report {

    /** A fifth of the readers at a domain of their own, the others at some of a thousand; 3 % have a reason. */
    private static final String FILL = """
            insert into newsletter (slug, title, from_name, from_email, created_at) values ('one', 't', 'f', 'f@example.org', now());
            insert into subscriber (id, email, email_key, email_hash, created_at)
              select i, e, e, sha256(i::text::bytea), now()
              from (
                select i, 'reader' || i || '@' || case when i % 5 = 0 then 'home' || i || '.example' else 'provider'
                  || floor(1000 * power(abs(hashint4(i)) / 2147483648.0, 6))::int || '.example' end as e
                from generate_series(1, 1000000) i) x;
            alter table subscription disable trigger user;
            insert into subscription (id, newsletter_id, subscriber_id, state, subscribed_at, confirmed_at)
              select i, 1, i, 'ACTIVE', now(), now() from generate_series(1, 1000000) i;
            alter table subscription enable trigger user;
            insert into issue (newsletter_id, slug, state, latest_revision, published_revision, created_at)
              values (1, 'large', 'PUBLISHED', 1, 1, now()), (1, 'small', 'PUBLISHED', 1, 1, now());
            insert into revision (issue_id, number, source, source_hash, title, subject, issue_date, content_html, mail_html,
                mail_text, slot_nonce, created_at)
              select id, 1, '', sha256(''), '', '', current_date, '', '', '', '', now() from issue;
            insert into campaign (id, newsletter_id, issue_id, revision_id, state, transport, base_url, from_name, from_email,
                recipients, created_at, send_at, started_at, finished_at)
              overriding system value
              select i.id, 1, i.id, r.id, 'DONE', 'outbox', 'http://localhost', 'f', 'f@example.org',
                case i.slug when 'large' then 1000000 else 1000 end, now(), now(), now(), now()
              from issue i join revision r on r.issue_id = i.id;
            create table delivery_1 (like delivery including all) with (fillfactor = 50);
            alter table delivery attach partition delivery_1 for values in (1);
            create table delivery_2 (like delivery including all) with (fillfactor = 50);
            alter table delivery attach partition delivery_2 for values in (2);
            insert into delivery (issue_id, campaign_id, subscription_id, lane, state, attempts, sent_at, answered_at, updated_at,
                bounce, reason)
              select 1, 1, i, i % 8, state, 1, case when state <> 'FAILED' then t end,
                case when state <> 'FAILED' then t + interval '1 second' * (power(h, 8) * 250000) end, t,
                case state when 'BOUNCED' then (array['HARD', 'SOFT', 'BLOCKED'])[1 + i % 3] end,
                case when state <> 'DELIVERED' then (array[
                  '550 5.1.1 <address>: Recipient address rejected: User unknown in relay ',
                  '452 4.2.2 The recipient''s inbox is out of storage. https://support.example.com/mail/?p=OverQuotaTemp ',
                  '550 5.7.1 [203.0.113.7 12] Our system has detected that this message is likely unsolicited mail. ',
                  '554 5.7.1 Client host [203.0.113.7] blocked using zen.spamhaus.org, queue id '])[1 + i / 7 % 4] || md5(i::text) end
              from (
                select i, h, now() - interval '1 day' + interval '1 second' * (i / 400) as t,
                  case when i % 1000 < 20 then 'BOUNCED' when i % 1000 < 21 then 'COMPLAINED' when i % 1000 < 30 then 'FAILED'
                    else 'DELIVERED' end as state
                from (select i, abs(hashint4(i + 7)) / 2147483648.0 as h from generate_series(1, 1000000) i) y) x;
            insert into delivery (issue_id, campaign_id, subscription_id, lane, state, attempts, sent_at, answered_at, updated_at,
                bounce, reason)
              select 2, 2, subscription_id, lane, state, attempts, sent_at, answered_at, updated_at, bounce, reason
              from delivery where issue_id = 1 and subscription_id % 1000 = abs(hashint4(subscription_id::int / 1000)) % 1000;
            update campaign set recipients = (select count(*) from delivery where issue_id = 2) where id = 2;
            insert into lane_count (campaign_id, lane, delivered, bounced, complained, failed)
              select campaign_id, lane, count(*) filter (where state = 'DELIVERED'), count(*) filter (where state = 'BOUNCED'),
                count(*) filter (where state = 'COMPLAINED'), count(*) filter (where state = 'FAILED')
              from delivery group by 1, 2;
            """;

    private static final int REQUESTS = 200;

    private final Connection connection;

    private Report(Connection connection) {
        this.connection = connection;
    }

    public static void main(String... arguments) throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start();
                Connection connection = server.getPostgresDatabase().getConnection()) {
            String url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
            Flyway.configure()
                    .dataSource(url, "postgres", "postgres")
                    .locations("filesystem:"
                            + Path.of("src/main/resources/db/migration").toAbsolutePath())
                    .load()
                    .migrate();
            Report report = new Report(connection);
            report.run(FILL);
            report.run("vacuum analyze");
            for (int campaign : new int[] {1, 2}) {
                for (String statement : new String[] {"TIMES", "DOMAINS", "REASONS"}) {
                    report.explain(statement, campaign);
                }
            }
            report.ask(url);
        }
    }

    private void ask(String database) throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().toString());
        Path log = Files.createTempFile("broadsheet-report", ".log");
        program.redirectErrorStream(true).redirectOutput(log.toFile());
        program.environment().put("QUARKUS_DATASOURCE_JDBC_URL", database);
        program.environment().put("QUARKUS_DATASOURCE_USERNAME", "postgres");
        program.environment().put("QUARKUS_DATASOURCE_PASSWORD", "postgres");
        program.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
        program.environment().put("BROADSHEET_MAIL_TRANSPORT", "outbox");
        program.environment().put("BROADSHEET_SECRET", "a-secret-of-the-benchmark-that-is-long-enough");
        program.environment().put("BROADSHEET_ADMIN_TOKEN", "token-of-the-benchmark");
        Process process = program.start();
        try {
            made(process, log, "epoch");
            run("update delivery set state = 'COMPLAINED' where issue_id = 1 and id = (select min(id) from delivery_1"
                    + " where state = 'DELIVERED')");
            run("update lane_count set delivered = delivered - 1, complained = complained + 1"
                    + " where campaign_id = 1 and lane = 0");
            String before = text("select made_at from campaign_report");
            run("update campaign_report set rest_until = 'epoch'");
            made(process, log, before);
            for (String path : new String[] {"1/report", "1/report.csv", "2/report"}) {
                answers(port, path);
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    /** Waits until it was made after that time. */
    private void made(Process process, Path log, String before) throws Exception {
        for (int i = 0;
                text("select count(*) from campaign_report where made_at > '" + before + "'")
                        .equals("0");
                i++) {
            if (i == 600 || !process.isAlive()) {
                throw new IllegalStateException(Files.readString(log));
            }
            Thread.sleep(100);
        }
        // stored when it was made, and then a rest of 30 times as long
        System.out.println("made in the background in "
                + text("select round(extract(epoch from rest_until - made_at) / 31, 2) from campaign_report")
                + " s, stored as " + text("select pg_column_size(body) from campaign_report") + " octets");
    }

    private static void answers(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/campaigns/" + path))
                .header("Authorization", "Bearer token-of-the-benchmark")
                .build();
        HttpClient http = HttpClient.newHttpClient();
        double first = answer(http, request);
        for (int i = 0; i < REQUESTS; i++) { // the program has only just started
            answer(http, request);
        }
        double[] millis = new double[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            millis[i] = answer(http, request);
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "%s: the first %.1f ms; of %d once it is warm p50 %.1f ms, p99 %.1f ms, longest %.1f ms%n",
                path,
                first,
                REQUESTS,
                millis[REQUESTS / 2 - 1],
                millis[REQUESTS * 99 / 100 - 1],
                millis[REQUESTS - 1]);
    }

    private static double answer(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        double millis = (System.nanoTime() - begun) / 1e6;
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(request.uri() + ": " + answer.statusCode());
        }
        return millis;
    }

    private void explain(String statement, int campaign) throws Exception {
        Field field = Class.forName("dev.broadsheet.delivery.LedgerReport").getDeclaredField(statement);
        field.setAccessible(true);
        String sql = String.valueOf(field.get(null)).replace(">= ?", ">= 5").replace("?", String.valueOf(campaign));
        System.out.println("\n" + statement + " of campaign " + campaign);
        run("set max_parallel_workers_per_gather = 0");
        run(sql);
        try (Statement explain = connection.createStatement();
                ResultSet row = explain.executeQuery("explain (analyze, buffers, costs off) " + sql)) {
            while (row.next()) {
                System.out.println("  " + row.getString(1));
            }
        }
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
