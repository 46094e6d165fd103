package dev.broadsheet.subscribers;

import dev.broadsheet.platform.EmailAddress;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A person's address, once in an installation, whatever the number of newsletters they read. */
@Entity
class Subscriber extends PanacheEntityBase {

    /** Most characters of a name. */
    static final int LONGEST_NAME = 200;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    /** As the person typed it; mail goes here. */
    String email;

    /** What makes two spellings one person. */
    String emailKey;

    /** Keyed hash of {@link #emailKey}, by which suppressions find it. */
    byte[] emailHash;

    @Nullable
    String name;

    Instant createdAt;

    protected Subscriber() {} // for Hibernate

    void move(EmailAddress address, byte[] hash) {
        email = address.typed();
        emailKey = address.key();
        emailHash = hash;
    }

    /** Names become part of mail headers: one line, and nothing that a terminal or a mail program would obey. */
    static boolean canBeName(String name) {
        return name.length() <= LONGEST_NAME && name.chars().noneMatch(Character::isISOControl);
    }
}
