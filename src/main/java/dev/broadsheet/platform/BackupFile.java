package dev.broadsheet.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A backup: a zip of one entry {@code tables/NAME} for each table, in the text format of PostgreSQL's {@code COPY}, and
 * at its end {@code manifest.json}, which says what must be in it. A file without it is not a whole backup.
 */
class BackupFile implements Closeable {

    static final int FORMAT = 1;
    static final String MANIFEST = "manifest.json";
    static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param schemaVersion of Flyway: the state of the schema that the columns belong to
     * @param createdAt ISO 8601
     * @param tables in an order in which they can be filled: what is referred to comes first
     */
    record Manifest(int format, String schemaVersion, String createdAt, List<Table> tables, List<Sequence> sequences) {}

    /**
     * @param partition null where the table is not a part of another
     * @param columns in the order of the stream, without generated ones
     */
    record Table(String name, @Nullable Partition partition, List<String> columns, long rows) {

        String entry() {
            return "tables/" + name;
        }
    }

    /**
     * @param bound what stands after {@code attach partition NAME}
     * @param options storage parameters, such as {@code fillfactor=50}
     */
    record Partition(String parent, String bound, List<String> options) {}

    /** @param called whether {@code value} was given out already */
    record Sequence(String name, long value, boolean called) {}

    private final ZipFile zip;
    private final Manifest manifest;

    private BackupFile(ZipFile zip, Manifest manifest) {
        this.zip = zip;
        this.manifest = manifest;
    }

    static BackupFile open(Path file) {
        try {
            ZipFile zip = new ZipFile(file.toFile());
            try {
                return new BackupFile(zip, manifestOf(zip, file));
            } catch (IOException | RuntimeException e) {
                zip.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new StartRefused("There is no file " + file + ".", e);
        } catch (ZipException e) {
            throw notABackup(file, e);
        } catch (IOException e) {
            throw new StartRefused("The file " + file + " cannot be read (" + e.getMessage() + ").", e);
        }
    }

    private static Manifest manifestOf(ZipFile zip, Path file) throws IOException {
        ZipEntry entry = zip.getEntry(MANIFEST);
        if (entry == null) {
            throw notABackup(file, null);
        }
        Manifest manifest;
        try (InputStream in = zip.getInputStream(entry)) {
            manifest = JSON.readValue(in, Manifest.class);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw notABackup(file, e);
        }
        if (manifest.format() != FORMAT) {
            throw new StartRefused("The backup " + file + " has format " + manifest.format()
                    + ", and this Broadsheet reads format " + FORMAT + ". Use the Broadsheet that made it.");
        }
        for (Table table : manifest.tables()) {
            if (zip.getEntry(table.entry()) == null) {
                throw notABackup(file, null);
            }
        }
        return manifest;
    }

    private static StartRefused notABackup(Path file, @Nullable Exception cause) {
        String size;
        try {
            size = Files.size(file) + " bytes";
        } catch (IOException e) {
            size = "unreadable";
        }
        String sentence = "The file " + file + " (" + size
                + ") is not a whole backup of Broadsheet: cut off, damaged or" + " something else.";
        return cause == null ? new StartRefused(sentence) : new StartRefused(sentence, cause);
    }

    Manifest manifest() {
        return manifest;
    }

    /** The rows of a table; reading to the end checks them against their checksum. */
    InputStream rows(Table table) throws IOException {
        ZipEntry entry = Optional.ofNullable(zip.getEntry(table.entry())).orElseThrow();
        return zip.getInputStream(entry);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
