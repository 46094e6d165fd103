package dev.broadsheet.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.TestDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ContactTest {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Instant SERVER = Instant.parse("2026-11-01T00:00:00Z");

    @Inject
    AgroalDataSource database;

    private Instant now = Instant.parse("2026-11-27T12:00:00Z");

    @Test
    void nodeThatHasJustStarted_takesUpWhatADeadOneHeld() {
        Contact contact = contact();
        contact.seen(SERVER);
        assertThat(contact.hasLasted(LEASE)).isTrue();
        pass(Duration.ofSeconds(5));
        contact.seen(SERVER);
        assertThat(contact.hasLasted(LEASE)).isTrue();
    }

    @Test
    void nodeThatStartsRightAfterTheServer_leavesOthersTheirTime() {
        Contact contact = contact();
        contact.seen(now.minusSeconds(20));
        assertThat(contact.hasLasted(LEASE)).isFalse();
        look(contact, now.minusSeconds(20), LEASE);
        assertThat(contact.hasLasted(LEASE)).isTrue();
    }

    @Test
    void afterTheDatabaseWasAway_nobodyIsTakenForDeadBeforeALeaseHasPassed() {
        Contact contact = contact();
        contact.seen(SERVER);
        pass(Duration.ofSeconds(5));
        contact.lost();
        pass(Duration.ofMinutes(20));
        assertThat(contact.hasLasted(LEASE)).isFalse();
        contact.seen(SERVER);
        assertThat(contact.hasLasted(LEASE)).isFalse();
        look(contact, SERVER, LEASE.minusSeconds(5));
        assertThat(contact.hasLasted(LEASE)).isFalse();
        look(contact, SERVER, Duration.ofSeconds(5));
        assertThat(contact.hasLasted(LEASE)).isTrue();
    }

    @Test
    void serverThatWasRestartedBetweenTwoLooks_wasAway() {
        Contact contact = contact();
        contact.seen(SERVER);
        pass(Duration.ofSeconds(5));
        Instant restarted = now.minusSeconds(2);
        contact.seen(restarted);
        assertThat(contact.hasLasted(LEASE)).isFalse();
        look(contact, restarted, LEASE);
        assertThat(contact.hasLasted(LEASE)).isTrue();
    }

    @Test
    void nodeThatStoodStill_writesItsOwnOutcomesFirst() {
        Contact contact = contact();
        contact.seen(SERVER);
        pass(Duration.ofSeconds(5));
        contact.seen(SERVER);
        assertThat(contact.hasLasted(LEASE)).isTrue();
        pass(Duration.ofMinutes(2));
        contact.seen(SERVER);
        assertThat(contact.hasLasted(LEASE)).isFalse();
    }

    @Test
    void clockThatIsSetBack_costsALeaseAndNoMore() {
        Contact contact = contact();
        contact.lost();
        contact.seen(SERVER);
        pass(Duration.ofDays(-1));
        look(contact, SERVER, LEASE.plusSeconds(5));
        assertThat(contact.hasLasted(LEASE)).isTrue();
    }

    private Contact contact() {
        InstantSource source = () -> now;
        return new Contact(database, source.withZone(ZoneOffset.UTC));
    }

    private void look(Contact contact, Instant server, Duration howLong) {
        for (Instant end = now.plus(howLong); now.isBefore(end); ) {
            pass(Duration.ofSeconds(5));
            contact.seen(server);
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
