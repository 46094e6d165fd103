package dev.broadsheet.subscribers;

import dev.broadsheet.mail.Transports;
import dev.broadsheet.platform.EmailAddress;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The public form's way into the queue of sign-ups. A post counts against its client network's limit and becomes a row,
 * both in one statement and whatever the address, so that the answer and its time tell a stranger nothing.
 *
 * <p>Posts that come while another is being written wait for it and are then written together, in one statement and one
 * commit: whoever comes first writes for all. Nobody is answered before the commit.
 */
@ApplicationScoped
public class FormSignUps {

    /** One post, waiting. Its outcome is written and read under the lock. */
    private static final class Post {
        private final SignUps.Asking asking;
        private final boolean exempt;
        private @Nullable Boolean taken;
        private @Nullable SQLException failure;

        private Post(SignUps.Asking asking, boolean exempt) {
            this.asking = asking;
            this.exempt = exempt;
        }
    }

    private static final int MOST_AT_ONCE = 500;

    /**
     * Networks are counted in their order, so that two nodes never wait for each other in a circle. Where a batch
     * crosses a limit, the first of its posts are let in.
     */
    private static final String SQL = """
            with post as materialized (
              select p.*, coalesce(network(set_masklen(p.ip, case family(p.ip) when 4 then 24 else 64 end)), '::') as network
              from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::inet[], ?::text[], ?::boolean[])
                with ordinality as p (newsletter_id, email, name, sections, via, ip, user_agent, exempt, n)),
            counted as (
              insert into sign_up_window as w (starts_at, network, posts)
              select ?, network, count(*) from post group by network order by network
              on conflict (starts_at, network) do update set posts = w.posts + excluded.posts
              returning network, posts),
            let_in as materialized (
              select post.*,
                exempt or posts - count(*) over (partition by network)
                  + row_number() over (partition by network order by n) <= ? as taken
              from post join counted using (network)),
            queued as (
              insert into sign_up (newsletter_id, email, name, sections, via, ip, user_agent, received_at, due_at)
              select newsletter_id, email, name, string_to_array(sections, ','), via, ip, user_agent, ?, ?
              from let_in where taken order by n)
            select taken from let_in order by n
            """;

    private final AgroalDataSource database;
    private final Transports transports;
    private final SignUpConfig config;
    private final Clock clock;
    private final ConcurrentLinkedQueue<Post> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock writing = new ReentrantLock();

    FormSignUps(AgroalDataSource database, Transports transports, SignUpConfig config, Clock clock) {
        this.database = database;
        this.transports = transports;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Queues a sign-up, unless its network has had its share. Returns once that is committed.
     *
     * @param exempt counts against the limit but is let in beyond it
     * @return false where the network is over its limit: nothing was queued then
     */
    @Transactional(Transactional.TxType.NEVER) // the caller's thread may write for others, and commits for them
    public boolean ask(SignUps.Asking asking, boolean exempt) {
        Post post = new Post(asking, exempt);
        waiting.add(post);
        writing.lock();
        try {
            while (post.taken == null && post.failure == null) {
                write(next());
            }
        } finally {
            writing.unlock();
        }
        if (post.taken == null) {
            throw new IllegalStateException(post.failure);
        }
        return post.taken;
    }

    /** Whether a mail can get there: not every transport takes letters beyond ASCII before the {@code @}. */
    public boolean reaches(EmailAddress address) {
        return transports.reaches(address);
    }

    private List<Post> next() {
        List<Post> posts = new ArrayList<>();
        for (Post post = waiting.poll(); post != null; post = waiting.poll()) {
            posts.add(post);
            if (posts.size() == MOST_AT_ONCE) {
                break;
            }
        }
        return posts;
    }

    private void write(List<Post> posts) {
        try (Connection connection = database.getConnection()) {
            write(connection, posts);
        } catch (SQLException e) {
            posts.stream().filter(post -> post.taken == null).forEach(post -> post.failure = e);
        }
    }

    /** All together; where that fails, one by one, so that none fails for another's sake. */
    private void write(Connection connection, List<Post> posts) {
        try {
            insert(connection, posts);
        } catch (SQLException e) {
            if (posts.size() == 1) {
                posts.get(0).failure = e;
            } else {
                posts.forEach(post -> write(connection, List.of(post)));
            }
        }
    }

    private void insert(Connection connection, List<Post> posts) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            Instant now = clock.instant();
            statement.setArray(1, array(connection, "bigint", posts, SignUps.Asking::newsletterId));
            statement.setArray(
                    2, array(connection, "text", posts, a -> a.address().typed()));
            statement.setArray(3, array(connection, "text", posts, SignUps.Asking::name));
            statement.setArray(4, array(connection, "text", posts, a -> String.join(",", a.sections())));
            statement.setArray(5, array(connection, "text", posts, a -> a.via().name()));
            statement.setArray(
                    6, array(connection, "text", posts, a -> a.client().address()));
            statement.setArray(
                    7, array(connection, "text", posts, a -> a.client().userAgent()));
            statement.setArray(
                    8,
                    connection.createArrayOf(
                            "boolean", posts.stream().map(post -> post.exempt).toArray()));
            statement.setTimestamp(9, Timestamp.from(window(now)));
            statement.setInt(10, config.perNetwork());
            statement.setTimestamp(11, Timestamp.from(now));
            statement.setTimestamp(12, Timestamp.from(now));
            List<Boolean> taken = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    taken.add(row.getBoolean(1));
                }
            }
            for (int i = 0; i < posts.size(); i++) {
                posts.get(i).taken = taken.get(i);
            }
        }
    }

    private Instant window(Instant now) {
        long length = config.networkWindow().toMillis();
        return Instant.ofEpochMilli(now.toEpochMilli() / length * length);
    }

    private static Array array(
            Connection connection, String type, List<Post> posts, Function<SignUps.Asking, @Nullable Object> column)
            throws SQLException {
        return connection.createArrayOf(
                type, posts.stream().map(post -> column.apply(post.asking)).toArray());
    }
}
