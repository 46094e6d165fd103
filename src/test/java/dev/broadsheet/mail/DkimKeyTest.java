package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DkimKeyTest {

    @TempDir
    Path folder;

    @Test
    void nothingSet_isNoKey() {
        assertThat(new Dkim(MailConfigTest.read(Map.of())).key()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BROADSHEET_MAIL_DKIM_DOMAIN",
                "BROADSHEET_MAIL_DKIM_SELECTOR",
                "BROADSHEET_MAIL_DKIM_PRIVATE_KEY"
            })
    void oneSettingOfThree_stopsTheStart(String only) {
        assertThatThrownBy(() -> new Dkim(MailConfigTest.read(Map.of(only, "x"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("set all three, or none");
    }

    @Test
    void rsaKey_inPkcs8AndPkcs1_isTheSame() throws Exception {
        byte[] pkcs8 = DkimKeys.pkcs8("RSA", 2_048);

        DkimKey one = DkimKeys.key(DkimKeys.file(folder, "PRIVATE KEY", pkcs8));
        DkimKey other = DkimKeys.key(DkimKeys.file(folder, "RSA PRIVATE KEY", DkimKeys.pkcs1(pkcs8)));

        assertThat(other.privateKey()).isEqualTo(one.privateKey());
        assertThat(one.isRsa()).isTrue();
        assertThat(one.bits()).isEqualTo(2_048);
        assertThat(one.recordName()).isEqualTo("s2026._domainkey.news.example");
        assertThat(one.record()).startsWith("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A");
    }

    /** RFC 8463, appendix A.1 and A.2. */
    @Test
    void ed25519Key_publishesItsOtherHalf() throws Exception {
        String secret =
                HexFormat.of().formatHex(Base64.getDecoder().decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="));
        byte[] pkcs8 = HexFormat.of().parseHex("302e020100300506032b657004220420" + secret);

        DkimKey key = DkimKeys.key(DkimKeys.file(folder, "PRIVATE KEY", pkcs8));

        assertThat(key.record()).isEqualTo("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        assertThat(key.isRsa()).isFalse();
    }

    @Test
    void shortRsaKey_isRefused() throws Exception {
        Path file = DkimKeys.file(folder, "PRIVATE KEY", DkimKeys.pkcs8("RSA", 768));

        assertThatThrownBy(() -> DkimKeys.key(file)).hasMessageContaining("RSA key of 768 bits");
    }

    @Test
    void rsaKeyOf1024Bits_isTaken() throws Exception {
        assertThat(DkimKeys.key(DkimKeys.file(folder, "PRIVATE KEY", DkimKeys.pkcs8("RSA", 1_024)))
                        .bits())
                .isEqualTo(1_024);
    }

    @ParameterizedTest
    @CsvSource({"EC, PRIVATE KEY", "X25519, PRIVATE KEY", "EC, RSA PRIVATE KEY", "RSA, ENCRYPTED PRIVATE KEY"})
    void anotherKey_isRefused(String algorithm, String kind) throws Exception {
        Path file = DkimKeys.file(folder, kind, DkimKeys.pkcs8(algorithm, 0));

        assertThatThrownBy(() -> DkimKeys.key(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("BROADSHEET_MAIL_DKIM_PRIVATE_KEY: " + file
                        + " holds no private key in PEM that can be used: RSA or Ed25519, without a password.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "-----BEGIN PRIVATE KEY-----\n=\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----"
            })
    void fileWithoutAKey_isRefused(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("dkim.pem"), text);

        assertThatThrownBy(() -> DkimKeys.key(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("holds no private key in PEM");
    }

    @Test
    void missingFile_isRefused() {
        assertThatThrownBy(() -> DkimKeys.key(folder.resolve("none.pem")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("none.pem cannot be read.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"news example", "news.example.", "bücher.example", "-x.example", "a..b", "a;b=c"})
    void domainThatIsNone_isRefused(String domain) {
        assertThatThrownBy(() ->
                        DkimKey.of(new DkimKeys.Setting(Optional.of(domain), Optional.of("s"), Optional.of(folder))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("BROADSHEET_MAIL_DKIM_DOMAIN: " + domain + " is not a name in DNS");
    }

    @Test
    void textForm_holdsNoKey() throws Exception {
        assertThat(DkimKeys.ed25519(folder)).hasToString("s2026._domainkey.news.example");
    }
}
