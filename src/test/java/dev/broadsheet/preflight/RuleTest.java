package dev.broadsheet.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RuleTest {

    @ParameterizedTest
    @EnumSource
    void everyRule_standsInTheReadme_andIsKnownByItsId(Rule rule) throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains("`" + rule.id() + "`");
        assertThat(Rule.of(rule.id())).contains(rule);
    }
}
