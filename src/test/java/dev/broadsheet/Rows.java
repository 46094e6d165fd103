package dev.broadsheet;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What stands in the database, past all of our own code. */
@ApplicationScoped
public class Rows {

    private final AgroalDataSource database;

    Rows(AgroalDataSource database) {
        this.database = database;
    }

    /** The first column of each row, as text. */
    public List<String> texts(String sql, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            List<String> texts = new ArrayList<>();
            if (statement.execute()) {
                try (ResultSet row = statement.getResultSet()) {
                    while (row.next()) {
                        texts.add(row.getString(1));
                    }
                }
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of the only row. */
    public String text(String sql, Object... values) {
        List<String> texts = texts(sql, values);
        if (texts.size() != 1) {
            throw new AssertionError(texts.size() + " rows for " + sql);
        }
        return texts.get(0);
    }

    public long number(String sql, Object... values) {
        return Long.parseLong(text(sql, values));
    }

    public void run(String sql, Object... values) {
        texts(sql, values);
    }

    /** All that a newsletter's readers have in the database, row versions included: any write shows. */
    public Map<String, List<String>> readers() {
        Map<String, List<String>> dump = new TreeMap<>();
        for (String table : List.of(
                "subscriber", "subscription", "sign_up", "consent_record", "suppression", "import", "import_refusal")) {
            dump.put(table, texts("select t.xmin || ' ' || t from " + table + " t order by 1"));
        }
        dump.put("single_mail", texts("select id || ' ' || recipient from single_mail order by 1"));
        return dump;
    }
}
