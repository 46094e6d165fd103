package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.TestDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class AddressHashesTest {

    @Inject
    AddressHashes hashes;

    @Inject
    AgroalDataSource database;

    @Test
    void hash_isTheSameOnEveryNode_sinceTheKeyIsInTheDatabase() {
        AddressHashes otherNode = new AddressHashes(database, new SecureRandom());
        assertThat(otherNode.hash("ada@example.org")).isEqualTo(hashes.hash("ada@example.org"));
        assertThat(hashes.hash("ada@example.org")).hasSize(32).isNotEqualTo(hashes.hash("bo@example.org"));
    }
}
