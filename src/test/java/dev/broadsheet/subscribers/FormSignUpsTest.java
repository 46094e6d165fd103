package dev.broadsheet.subscribers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.AddressRange;
import dev.broadsheet.platform.EmailAddress;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(FormSignUpsTest.FewFromANetwork.class)
class FormSignUpsTest {

    public static class FewFromANetwork implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.signup.per-network", "3", "broadsheet.signup.network-window", "P1D");
        }
    }

    @Inject
    FormSignUps form;

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    private boolean ask(String newsletter, String email, String ip, boolean exempt) {
        return form.ask(asking(readers.newsletterId(newsletter), email, ip), exempt);
    }

    private static SignUps.Asking asking(long newsletter, String email, String ip) {
        return new SignUps.Asking(
                newsletter,
                EmailAddress.parse(email).orElseThrow(),
                "Ada, \"the\" {first} \\",
                List.of("news", "updates/from-the-team", "no id", "a,b", "news"),
                Via.FORM,
                new Client(AddressRange.literal(ip).orElse(null), "Browser"));
    }

    @Test
    void network_overItsLimit_isToldSo_andOthersAreNot() {
        String slug = Api.newsletter();
        for (int i = 0; i < 3; i++) {
            assertThat(ask(slug, Readers.address(), "198.51.100." + i, false)).isTrue();
            assertThat(ask(slug, Readers.address(), "2001:db8:1:2::" + i, false))
                    .isTrue();
        }
        String refused = Readers.address();
        assertThat(ask(slug, refused, "198.51.100.77", false)).isFalse();
        assertThat(ask(Api.newsletter(), refused, "::ffff:198.51.100.77", false))
                .isFalse();
        assertThat(ask(slug, refused, "2001:db8:1:2:ffff::1", false)).isFalse();
        assertThat(ask(slug, Readers.address(), "198.51.101.77", false)).isTrue();
        assertThat(ask(slug, Readers.address(), "2001:db8:1:3::1", false)).isTrue();
        readers.awaitSignUps(slug);
        assertThat(readers.state(slug, refused)).isEqualTo("none");

        assertThat(ask(slug, refused, "198.51.100.77", true)).isTrue();
        readers.awaitSignUps(slug);
        assertThat(readers.state(slug, refused)).isEqualTo("PENDING");
    }

    @Test
    void manyAtOnce_areEachAnsweredForThemselves_andTheLimitHolds() throws Exception {
        long newsletter = readers.newsletterId(Api.newsletter());
        var threads = Executors.newFixedThreadPool(16);
        int taken = 0;
        try {
            List<Callable<Boolean>> posts = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                SignUps.Asking asking = asking(newsletter, Readers.address(), "203.0." + i % 20 + "." + i);
                posts.add(() -> form.ask(asking, false));
            }
            for (Future<Boolean> answer : threads.invokeAll(posts)) {
                taken += answer.get() ? 1 : 0;
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(taken).isEqualTo(20 * 3);
        assertThat(
                        rows.number(
                                "select sum(posts) from sign_up_window where network << '203.0.0.0/16' and masklen(network) = 24"))
                .isEqualTo(200);
    }

    @Test
    void oneThatCannotBeWritten_fails_andItsNeighboursDoNot() throws Exception {
        long newsletter = readers.newsletterId(Api.newsletter());
        var threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Boolean>> posts = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                SignUps.Asking asking = asking(i % 8 == 0 ? -1 : newsletter, Readers.address(), "192.0." + i + ".1");
                posts.add(() -> form.ask(asking, false));
            }
            List<Future<Boolean>> answers = threads.invokeAll(posts);
            for (int i = 0; i < 64; i++) {
                Future<Boolean> answer = answers.get(i);
                if (i % 8 == 0) {
                    assertThatThrownBy(answer::get).hasRootCauseInstanceOf(java.sql.SQLException.class);
                } else {
                    assertThat(answer.get()).isTrue();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatWasTyped_isKeptAsItIs_withTheSectionsThatCanBeSome() {
        long newsletter = readers.newsletterId(Api.newsletter());
        rows.run("create or replace function hold_back() returns trigger language plpgsql as"
                + " $$ begin new.due_at := 'infinity'; return new; end $$");
        rows.run("create trigger hold_back before insert on sign_up for each row when (new.newsletter_id = "
                + newsletter + ") execute function hold_back()");
        try {
            String email = Readers.address();
            form.ask(asking(newsletter, email, "192.0.2.9"), false);
            assertThat(rows.text(
                            "select concat_ws('|', name, sections, via, host(ip), user_agent) from sign_up where email = ?",
                            email))
                    .isEqualTo("Ada, \"the\" {first} \\|{news,updates/from-the-team}|FORM|192.0.2.9|Browser");
        } finally {
            rows.run("drop trigger hold_back on sign_up");
        }
    }
}
