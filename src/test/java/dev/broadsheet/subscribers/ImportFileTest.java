package dev.broadsheet.subscribers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.broadsheet.platform.Problem;
import dev.broadsheet.subscribers.ImportFile.Person;
import dev.broadsheet.subscribers.ImportFile.Refused;
import dev.broadsheet.subscribers.ImportFormat.Column;
import dev.broadsheet.suppression.Suppressions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImportFileTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Instant THEN = Instant.parse("2024-03-01T08:00:00Z");

    private static ImportFile file(byte[] bytes) throws IOException {
        return new ImportFile(new ByteArrayInputStream(bytes), NOW);
    }

    private static ImportFile file(String csv) throws IOException {
        return file(csv.getBytes(StandardCharsets.UTF_8));
    }

    private static List<ImportFile.Line> lines(ImportFile file) throws IOException {
        List<ImportFile.Line> lines = new ArrayList<>();
        for (ImportFile.Line line = file.next(); line != null; line = file.next()) {
            lines.add(line);
        }
        return lines;
    }

    private static Person only(String csv) throws IOException {
        List<ImportFile.Line> lines = lines(file(csv));
        assertThat(lines).singleElement().isInstanceOf(Person.class);
        return (Person) lines.get(0);
    }

    /** Addresses of those taken, {@code line: reason} of those refused. */
    private static List<String> said(byte[] csv) throws IOException {
        return lines(file(csv)).stream()
                .map(line -> line instanceof Refused no
                        ? no.number() + ": " + no.reason()
                        : ((Person) line).address().typed())
                .toList();
    }

    private static List<String> said(String csv) throws IOException {
        return said(csv.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"enabled, ACTIVE,", "disabled, UNSUBSCRIBED,", "blocklisted, , REQUESTED"})
    void listmonk_status_isTheState(String status, Subscription.State state, Suppressions.Reason suppressed)
            throws IOException {
        ImportFile file = file("uuid,email,name,attributes,status,created_at,updated_at\n"
                + "5e91dda1,ana@example.org,Ana Roth,\"{\"\"city\"\":\"\"Berlin\"\"}\"," + status
                + ",2024-03-01 08:00:00 +0000 UTC,2024-03-01 08:00:00 +0000 UTC\n");
        assertThat(file.format()).isEqualTo(ImportFormat.LISTMONK);
        Person ana = (Person) lines(file).get(0);
        assertThat(ana.standing()).isEqualTo(new ImportFormat.Standing(state, suppressed));
        assertThat(ana.name()).isEqualTo("Ana Roth");
        assertThat(ana.subscribedAt()).isEqualTo(THEN);
        assertThat(ana.confirmedAt()).isNull();
    }

    @Test
    void listmonk_unknownStatus_isRefused() throws IOException {
        assertThat(said("uuid,email,status\nu,ana@example.org,\n"))
                .containsExactly("2: state is not one of enabled, disabled, blocklisted");
    }

    @ParameterizedTest
    @CsvSource({"true, ACTIVE", "'', ACTIVE", "false, UNSUBSCRIBED", "FALSE, UNSUBSCRIBED"})
    void ghost_subscribedToEmails_isTheState(String value, Subscription.State state) throws IOException {
        Person ana = only("id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,"
                + "deleted_at,labels,tiers\r\n65f0,ana@example.org,Ana Roth,," + value
                + ",false,,2024-03-01T08:00:00.000Z,,\"beta,weekly\",\r\n");
        assertThat(ana.standing().state()).isEqualTo(state);
        assertThat(ana.subscribedAt()).isEqualTo(THEN);
    }

    @ParameterizedTest
    @CsvSource({"false, ACTIVE", "true, UNSUBSCRIBED"})
    void substack_emailDisabled_isTheState(String value, Subscription.State state) throws IOException {
        Person ana = only("email,active_subscription,expiry,plan,email_disabled,created_at\n"
                + "ana@example.org,false,,other," + value + ",2024-03-01T08:00:00.000Z\n");
        assertThat(ana.standing().state()).isEqualTo(state);
        assertThat(ana.subscribedAt()).isEqualTo(THEN);
    }

    @Test
    void substackDashboard_isRead() throws IOException {
        ImportFile file = file("Email,Name,Subscription type,Activity,Subscription date,Revenue\n"
                + "ana@example.org,Ana,Free,3,2024-03-01T08:00:00Z,0\n");
        assertThat(file.format()).isEqualTo(ImportFormat.SUBSTACK_DASHBOARD);
        assertThat(((Person) lines(file).get(0)).subscribedAt()).isEqualTo(THEN);
    }

    @ParameterizedTest
    @CsvSource({
        "regular, ACTIVE,",
        "unactivated, PENDING,",
        "unsubscribed, UNSUBSCRIBED,",
        "undeliverable, , BOUNCED",
        "complained, , COMPLAINED"
    })
    void buttondown_type_isTheState(String type, Subscription.State state, Suppressions.Reason suppressed)
            throws IOException {
        for (String column : List.of("email_address", "email")) {
            Person ana = only(column + ",notes,metadata,tags,referrer_url,creation_date,type\n"
                    + "ana@example.org,,\"{}\",weekly,https://news.example/,2024-03-01T08:00:00Z," + type + "\n");
            assertThat(ana.standing()).isEqualTo(new ImportFormat.Standing(state, suppressed));
            assertThat(ana.subscribedAt()).isEqualTo(THEN);
        }
    }

    @Test
    void mailchimp_names_areJoined_andOtherColumnsPassedOver() throws IOException {
        String header = " email address ,FIRST NAME,Last Name,Favourite colour,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,TAGS\n";
        Person ana = only(header + "ana@example.org, Ana ,Roth,=1,2024-03-01 08:00:00,192.0.2.4,,\"\"\"VIP\"\"\"\n");
        assertThat(ana.name()).isEqualTo("Ana Roth");
        assertThat(ana.subscribedAt()).isEqualTo(THEN);
        assertThat(ana.subscribedIp()).hasToString("/192.0.2.4");
        assertThat(ana.confirmedAt()).isNull();
        assertThat(only(header + "ana@example.org,,Roth,,,,,\n").name()).isEqualTo("Roth");
        assertThat(only(header + "ana@example.org,,,,,,,\n").name()).isNull();
    }

    @Test
    void mailchimp_fieldNamedLikeAnother_isPassedOver() throws IOException {
        ImportFile file = file("Email,Email Address,Name,State,Status,Name,OPTIN_TIME\n"
                + "x,ana@example.org,Ana,CA,VIP,other,2024-03-01 08:00:00\n");
        assertThat(file.columns().stream().map(ImportFile.MappedColumn::meaning))
                .containsExactly(null, Column.EMAIL, Column.NAME, null, null, Column.NAME, Column.SUBSCRIBED_AT);
        Person ana = (Person) lines(file).get(0);
        assertThat(ana.address().typed()).isEqualTo("ana@example.org");
        assertThat(ana.name()).isEqualTo("Ana");
        assertThat(ana.standing().state()).isEqualTo(Subscription.State.ACTIVE);
    }

    /** A column that tells who must not be mailed is never passed over. */
    @ParameterizedTest
    @CsvSource({
        "email;status, subscribed, ACTIVE,",
        "email;status, Unsubscribed, UNSUBSCRIBED,",
        "Email Address;Status, cleaned, , BOUNCED",
        "email_address;state, UNSUBSCRIBED, UNSUBSCRIBED,",
        "email;creation_date;state, ;UNSUBSCRIBED, UNSUBSCRIBED,",
        "email;name;status, ;blocklisted, , REQUESTED",
        "email;suppressed, complained, , COMPLAINED",
        "email;state;suppressed, ACTIVE;COMPLAINED, ACTIVE, COMPLAINED"
    })
    void plain_wordsOfManyTools_areTheState(
            String header, String cells, Subscription.State state, Suppressions.Reason suppressed) throws IOException {
        assertThat(only(header + "\nana@example.org;" + cells + "\n").standing())
                .isEqualTo(new ImportFormat.Standing(state, suppressed));
        assertThat(said("email,status\nana@example.org,whatever\n"))
                .containsExactly("2: state is not one of ACTIVE, UNSUBSCRIBED, PENDING");
    }

    @Test
    void firstLineThatNamesTheDelimiter_isPassedOver() throws IOException {
        assertThat(said("\uFEFFsep=;\r\nname;email\r\nAna;ana@example.org\r\nx;\r\n"))
                .containsExactly("ana@example.org", "4: email is empty");
        assertThatThrownBy(() -> file("sep=;\n")).isInstanceOf(Problem.class);
    }

    @Test
    void plain_allColumns_areTaken() throws IOException {
        Person ana = only("email,state,subscribed_at,confirmed_at,confirmed_ip,unsubscribed_at,paused_until,sections\n"
                + "ana@example.org,pending,2024-03-01,2024-03-01T08:00:00Z,2001:db8::1,2024-03-01T09:00+01:00,"
                + "2030-01-02,\"[\"\"b\"\",\"\"a, c\"\"]\"\n");
        assertThat(ana.standing().state()).isEqualTo(Subscription.State.PENDING);
        assertThat(ana.subscribedAt()).isEqualTo("2024-03-01T00:00:00Z");
        assertThat(ana.confirmedAt()).isEqualTo(THEN);
        assertThat(ana.unsubscribedAt()).isEqualTo(THEN);
        assertThat(ana.pausedUntil()).isEqualTo(LocalDate.of(2030, 1, 2));
        assertThat(ana.sections()).containsExactly("b", "a, c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sections|news",
                "sections|null",
                "sections|[1",
                "sections|[null]",
                "sections|{\"a\":1}",
                "sections|[\"a\\u0000b\"]",
                "paused_until|+99999-01-01",
                "paused_until|soon",
                "suppressed|maybe",
                "confirmed_at|2024-13-01",
                "confirmed_ip|1.2.3.4.5",
                "confirmed_ip|999.1.1.1",
                "confirmed_ip|abcdef",
                "suppressed|ERASED",
                "state|DEAD"
            })
    void plain_badValue_isRefusedOrTakenAsNothing(String value) throws IOException {
        String[] parts = value.split("\\|");
        String cell = "\"" + parts[1].replace("\"", "\"\"") + "\"";
        List<String> said = said("email," + parts[0] + "\nana@example.org," + cell + "\n");
        if (value.equals("sections|null")) {
            assertThat(said).containsExactly("ana@example.org");
        } else {
            assertThat(said).singleElement().asString().startsWith("2: " + parts[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void delimiter_isToldByTheHeader(String between) throws IOException {
        String first = "x,y;a|b\tc".replace(between, " ");
        ImportFile file = file(String.join(between, first, "Email", "name\n")
                + String.join(
                        between, "\"A" + between + "B\"", "ana@example.org", "Ana, Dr.; |\n".replace(between, "")));
        assertThat(file.delimiter()).isEqualTo(between.charAt(0));
        assertThat(((Person) lines(file).get(0)).name()).startsWith("Ana");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8, 0",
        "UTF-8, 1",
        "UTF-16LE, 0",
        "UTF-16LE, 1",
        "UTF-16BE, 0",
        "UTF-16BE, 1",
        "windows-1252, 0",
        "ISO-8859-1, 0"
    })
    void encoding_isTold(String name, int mark) throws IOException {
        String csv = (mark == 1 ? "\uFEFF" : "") + "email,name\r\nana@example.org,Zoë Müßig\r\nbo@example.org,Bo\r\n"
                + (name.startsWith("UTF") ? "cy@example.org,😀\r\n" : "");
        ImportFile file = file(csv.getBytes(Charset.forName(name)));
        List<ImportFile.Line> lines = lines(file);
        assertThat(((Person) lines.get(0)).name()).isEqualTo("Zoë Müßig");
        assertThat(((Person) lines.get(1)).name()).isEqualTo("Bo");
        if (name.startsWith("UTF")) {
            assertThat(((Person) lines.get(2)).name()).isEqualTo("😀");
        }
        assertThat(file.encoding()).isEqualTo(name.equals("ISO-8859-1") ? "windows-1252" : name);
        assertThat(file.linesAsWindows()).isEqualTo(name.startsWith("UTF") ? 0 : 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void utf16_withoutMark_isToldByAHeaderThatIsMostlyAscii(String name) throws IOException {
        ImportFile file = file("email,имя\nana@example.org,Анна\n".getBytes(Charset.forName(name)));
        assertThat(file.encoding()).isEqualTo(name);
        assertThat(lines(file)).singleElement().isInstanceOf(Person.class);
    }

    @Test
    void utf16_longFileWithPairsAtEveryPlace_staysWhole() throws IOException {
        StringBuilder csv = new StringBuilder("email,name\n");
        for (int i = 0; i < 5_000; i++) {
            csv.append("a")
                    .append(i)
                    .append("@example.org,")
                    .append("x".repeat(i % 7))
                    .append("😀\n");
        }
        List<ImportFile.Line> lines = lines(file(csv.toString().getBytes(StandardCharsets.UTF_16)));
        assertThat(lines)
                .hasSize(5_000)
                .allMatch(line -> line instanceof Person p && p.name().endsWith("😀"));
    }

    @Test
    void oneWrongByte_inUtf8_costsItsLine() throws IOException {
        byte[] csv = "email,name\na@example.org,Zoë\nb@example.org,Zo?\nc@example.org,Zoë\n"
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < csv.length; i++) {
            csv[i] = csv[i] == '?' ? (byte) 0xff : csv[i];
        }
        assertThat(said(csv)).containsExactly("a@example.org", "3: not UTF-8", "c@example.org");
    }

    @Test
    void quotes_inEveryWay_costAtMostTheirLine() throws IOException {
        assertThat(said("""
                email,name
                "a@example.org","Ada ""the first\"""
                b@example.org,Bob "the builder"
                c@example.org,"Carl "the" great"
                d@example.org,"never closed
                e@example.org,Eve
                f@example.org,"Fay"
                g@example.org,"ends with the file
                h@example.org,
                """))
                .containsExactly(
                        "a@example.org",
                        "b@example.org",
                        "4: a quote is closed within a field",
                        "5: a quote is closed within a field",
                        "e@example.org",
                        "f@example.org",
                        "8: a quote is opened and not closed",
                        "h@example.org");
    }

    @Test
    void quotedNewlines_inOtherColumns_areFineAndCounted() throws IOException {
        assertThat(said("note,email\n\"one\r\ntwo\n\nthree\",a@example.org\r\n\r\n,nobody\r\nx,b@example.org"))
                .containsExactly("a@example.org", "7: email is not an address", "b@example.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void lineEnds_ofEveryKind_andEmptyLines_arePassedOver(String end) throws IOException {
        assertThat(said(String.join(
                        end, "", "email,name", "", "a@example.org,", " , ", ",", "nobody", "b@example.org")))
                .containsExactly("a@example.org", "7: email is not an address", "b@example.org");
    }

    @Test
    void hostileCells_areTextOrRefused() throws IOException {
        String csv = "email,name\n"
                + "'+tag@example.org,'=cmd()\n"
                + "b@example.org,\"'\tx\"\n"
                + "c@example.org,\"Ada\r\nBcc: eve@example.org\"\n"
                + "\"d@example.org\r\nBcc: eve@example.org\",\n"
                + "e@example.org,Nul\u0000l\n"
                + "f@example.org," + "x".repeat(201) + "\n"
                + "g@example.org,''=1\n"
                + "h@example.org,'tis\n";
        List<ImportFile.Line> lines = lines(file(csv));
        assertThat(((Person) lines.get(0)).address().typed()).isEqualTo("+tag@example.org");
        assertThat(((Person) lines.get(0)).name()).isEqualTo("=cmd()");
        assertThat(((Person) lines.get(1)).name()).isEqualTo("x");
        assertThat(((Person) lines.get(6)).name()).isEqualTo("'=1");
        assertThat(((Person) lines.get(7)).name()).isEqualTo("'tis");
        assertThat(said(csv).subList(2, 6))
                .containsExactly(
                        "4: name is not one line of at most 200 characters",
                        "6: email is not an address",
                        "8: it holds a NUL character",
                        "9: name is not one line of at most 200 characters");
    }

    @Test
    void gigantLines_areRefusedInLittleMemory_andTheOthersTaken() throws IOException {
        ByteArrayOutputStream csv = new ByteArrayOutputStream();
        csv.writeBytes("email,name\r\na@example.org,\r\n".getBytes(StandardCharsets.UTF_8));
        csv.writeBytes("x".repeat(10_000_000).getBytes(StandardCharsets.UTF_8));
        csv.writeBytes("\r\nb@example.org,\"".getBytes(StandardCharsets.UTF_8));
        csv.writeBytes("y".repeat(10_000_000).getBytes(StandardCharsets.UTF_8));
        csv.writeBytes("\"\nc@example.org,\nd@example.org,\"".getBytes(StandardCharsets.UTF_8));
        csv.writeBytes("y\n".repeat(400_000).getBytes(StandardCharsets.UTF_8));
        csv.writeBytes("e@example.org,\"last".getBytes(StandardCharsets.UTF_8));
        String tooLong = "it is longer than 262144 bytes";
        List<String> said = said(csv.toByteArray());
        assertThat(said).startsWith("a@example.org", "3: " + tooLong, "4: " + tooLong, "c@example.org");
        assertThat(said.get(4)).isEqualTo("6: a quote is opened and not closed");
        assertThat(said.get(5)).isEqualTo("7: email is not an address");
        assertThat(said).hasSize(400_005).last().isEqualTo("400006: a quote is opened and not closed");
    }

    /** However the network cuts it. */
    @Test
    void bytesOneByOne_areReadTheSame() throws IOException {
        byte[] csv = "email,name\r\n\"a@example.org\",\"A\"\"b\r\"\r\nb@example.org,\"x\r\nnobody\r\n"
                .getBytes(StandardCharsets.UTF_8);
        InputStream slow = new ByteArrayInputStream(csv) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(1, length));
            }
        };
        ImportFile file = new ImportFile(slow, NOW);
        assertThat(lines(file)).usingRecursiveComparison().isEqualTo(lines(file(csv)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "name,state\nAda,ACTIVE\n",
                "e-mail\na@example.org\n",
                "\"email\na@example.org\n",
                "a@example.org,Ada\nb@example.org,Bob\n",
                "email,Email\na,b\n",
                "email,email address\na,b\n"
            })
    void header_withoutOneColumnOfAddresses_isAProblem(String csv) {
        assertThatThrownBy(() -> file(csv)).isInstanceOf(Problem.class);
    }

    @Test
    void header_alone_isAnEmptyFile() throws IOException {
        assertThat(said("email,name")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2024-03-01T08:00:00Z, 2024-03-01T08:00:00Z",
        "2024-03-01T08:00:00.123456Z, 2024-03-01T08:00:00.123456Z",
        "2024-03-01T08:00:00+02:00, 2024-03-01T06:00:00Z",
        "2024-03-01 08:00:00+0530, 2024-03-01T02:30:00Z",
        "2024-03-01 08:00:00-05, 2024-03-01T13:00:00Z",
        "2024-03-01 08:00:00, 2024-03-01T08:00:00Z",
        "2024-03-01 08:00, 2024-03-01T08:00:00Z",
        "2024-03-01 08:00:00 UTC, 2024-03-01T08:00:00Z",
        "2024-03-01 08:00:00 +0000 UTC, 2024-03-01T08:00:00Z",
        "2024-03-01 08:00:00.5 +0200 CEST, 2024-03-01T06:00:00.500Z",
        "2024-03-01 08:00:00.5 +0000 +0000, 2024-03-01T08:00:00.500Z",
        "2024-03-01, 2024-03-01T00:00:00Z",
        "2024-02-30, ",
        "2024-03-01 25:00:00, ",
        "2024-03-01 08:00:00 +9900 UTC, ",
        "1709280000, ",
        "03/01/2024, ",
        "yesterday, "
    })
    void time_ofEveryTool_isRead(String text, String expected) {
        assertThat(ImportTime.parse(text).map(Instant::toString).orElse(null)).isEqualTo(expected);
    }
}
