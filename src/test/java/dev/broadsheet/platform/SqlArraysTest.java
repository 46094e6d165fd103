package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

/** What is set is what the database has. */
@QuarkusTest
class SqlArraysTest {

    @Inject
    AgroalDataSource database;

    @Test
    void momentsOfTheHourThatComesTwice_areTheirOwn() throws SQLException {
        List<Instant> moments = Arrays.asList(
                Instant.parse("2026-10-25T00:30:00Z"),
                Instant.parse("2026-10-25T01:30:00.123456Z"),
                null,
                Instant.EPOCH);
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select unnest(?::timestamptz[])")) {
            SqlArrays.set(select, 1, "timestamptz", moments.stream());
            List<Instant> read = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    read.add(
                            row.getTimestamp(1) == null
                                    ? null
                                    : row.getTimestamp(1).toInstant());
                }
            }
            assertThat(read).isEqualTo(moments);
        } finally {
            TimeZone.setDefault(before);
        }
    }
}
