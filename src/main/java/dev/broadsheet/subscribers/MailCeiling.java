package dev.broadsheet.subscribers;

import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How many mails sign-ups may cause one inbox in a day, over all newsletters and nodes: a stranger who types somebody's
 * address into every form there is fills nobody's inbox.
 */
@ApplicationScoped
class MailCeiling {

    /** In the order of the hashes, so that two nodes never wait for each other in a circle. */
    private static final String SQL = """
            with mail as materialized (
              select m.inbox_hash, m.n from unnest(?::bytea[]) with ordinality as m (inbox_hash, n)),
            counted as (
              insert into sign_up_mail_count as c (day, inbox_hash, mails)
              select ?, inbox_hash, count(*) from mail group by inbox_hash order by inbox_hash
              on conflict (day, inbox_hash) do update set mails = c.mails + excluded.mails
              returning inbox_hash, mails)
            select counted.mails - count(*) over (partition by inbox_hash)
              + row_number() over (partition by inbox_hash order by n) <= ? as within
            from mail join counted using (inbox_hash) order by n
            """;

    private final AgroalDataSource database;
    private final AddressHashes hashes;
    private final SignUpConfig config;
    private final MeterRegistry metrics;
    private final Clock clock;

    MailCeiling(
            AgroalDataSource database, AddressHashes hashes, SignUpConfig config, MeterRegistry metrics, Clock clock) {
        this.database = database;
        this.hashes = hashes;
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Those of the mails that may go out today; all of them count. In the caller's transaction, as the last thing that
     * waits for other nodes' rows.
     */
    @Transactional(Transactional.TxType.MANDATORY)
    <T> List<T> within(List<T> mails, Function<T, String> recipient) {
        List<T> within = new ArrayList<>();
        if (mails.isEmpty()) {
            return within;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement count = connection.prepareStatement(SQL)) {
            byte[][] inboxes =
                    mails.stream().map(mail -> inboxHash(recipient.apply(mail))).toArray(byte[][]::new);
            count.setArray(1, connection.createArrayOf("bytea", inboxes));
            count.setDate(2, Date.valueOf(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)));
            count.setInt(3, config.mailsPerDay());
            try (ResultSet row = count.executeQuery()) {
                for (T mail : mails) {
                    row.next();
                    if (row.getBoolean("within")) {
                        within.add(mail);
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        metrics.counter("broadsheet.signup.mails.withheld").increment(mails.size() - within.size());
        return within;
    }

    /** By which an inbox is counted in {@code sign_up_mail_count}. */
    byte[] inboxHash(String email) {
        return hashes.hash(inbox(email));
    }

    /** Forgets what was counted for a person's inbox. */
    @Transactional(Transactional.TxType.MANDATORY)
    void erase(String email) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete =
                        connection.prepareStatement("delete from sign_up_mail_count where inbox_hash = ?")) {
            delete.setBytes(1, inboxHash(email));
            delete.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What all spellings of an address have in common that end in one inbox: without {@code +tag}, which most providers
     * pass over, and at Gmail without dots. For counting alone: mail goes to the address as typed.
     */
    static String inbox(String email) {
        String key = EmailAddress.parse(email).map(EmailAddress::key).orElse(email);
        int at = key.lastIndexOf('@');
        String local = key.substring(0, at);
        String domain = key.substring(at + 1);
        int tag = local.indexOf('+');
        if (tag > 0) {
            local = local.substring(0, tag);
        }
        if (domain.equals("gmail.com") || domain.equals("googlemail.com")) {
            local = local.replace(".", "");
            domain = "gmail.com";
        }
        return local + "@" + domain;
    }
}
