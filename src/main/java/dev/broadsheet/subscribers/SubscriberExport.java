package dev.broadsheet.subscribers;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A newsletter's subscribers as CSV, written by PostgreSQL itself: nothing of it is held here, at any size. What comes
 * out can be imported again; text that a spreadsheet would run is guarded, and the import undoes that.
 */
@ApplicationScoped
class SubscriberExport {

    private final AgroalDataSource database;

    SubscriberExport(AgroalDataSource database) {
        this.database = database;
    }

    /** Outside of any transaction: it takes as long as the reader of it does. @param state null for all */
    void write(long newsletterId, Subscription.@Nullable State state, OutputStream out) throws IOException {
        // COPY takes no parameters; a number and the name of a state are harmless
        String sql = """
                copy (
                  select %3$s as email, %4$s as name, s.state,
                    %5$s as subscribed_at, host(c.asked) as subscribed_ip, %6$s as confirmed_at,
                    host(c.confirmed) as confirmed_ip, %7$s as unsubscribed_at, s.paused_until,
                    case when s.sections <> '{}' then array_to_json(s.sections) end as sections,
                    x.reason as suppressed
                  from subscription s
                  join subscriber p on p.id = s.subscriber_id
                  left join lateral (
                    select (array_agg(r.ip order by r.id desc) filter (where r.action = 'ASKED'))[1] as asked,
                      (array_agg(r.ip order by r.id desc) filter (where r.action <> 'ASKED'))[1] as confirmed
                    from consent_record r
                    where r.subscription_id = s.id and r.action in ('ASKED', 'CONFIRMED', 'IMPORTED')
                      and r.ip is not null) c on true
                  left join lateral (
                    select reason from suppression
                    where address_hash = p.email_hash and (newsletter_id is null or newsletter_id = s.newsletter_id)
                      and reason in ('BOUNCED', 'COMPLAINED', 'REQUESTED', 'NOT_ME')
                    order by reason in ('COMPLAINED', 'NOT_ME') desc limit 1) x on true
                  where s.newsletter_id = %1$d and %2$s
                  order by s.id)
                to stdout (format csv, header)
                """.formatted(
                        newsletterId,
                        state == null ? "true" : "s.state = '" + state.name() + "'",
                        guarded("p.email"),
                        guarded("p.name"),
                        time("s.subscribed_at"),
                        time("s.confirmed_at"),
                        time("s.unsubscribed_at"));
        try (Connection connection = database.getConnection()) {
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, out);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static String guarded(String column) {
        return "case when %1$s ~ E'%2$s' then '''' || %1$s else %1$s end"
                .formatted(column, SpreadsheetCell.DANGEROUS.replace("'", "''"));
    }

    private static String time(String column) {
        return "to_char(%s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')".formatted(column);
    }
}
