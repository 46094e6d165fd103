package dev.broadsheet.platform;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's own programs ({@code initdb}, {@code pg_ctl}, {@code postgres}) for this machine, unpacked once for each
 * build of them. Kept in the data folder, since only there the user that runs PostgreSQL surely reaches them.
 */
class PostgresBinaries {

    private static final Logger RESOLVER_LOG = Logger.getLogger("io.zonky");

    private PostgresBinaries() {}

    /** @return the folder that holds {@code bin} */
    static Path unpackedIn(Path folder) {
        // Says at each start which archive it chose; the service's own logging is not set up by then.
        RESOLVER_LOG.setLevel(Level.WARNING);
        try {
            Path home = folder.resolve("postgres-programs-" + digest().substring(0, 12));
            if (!Files.isDirectory(home)) {
                removeOld(folder);
                Path fresh = folder.resolve(
                        "postgres-programs.new-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
                unpack(fresh);
                Files.move(fresh, home);
            }
            return home;
        } catch (IOException e) {
            throw new StartRefused(
                    "PostgreSQL's programs cannot be unpacked in " + folder + " (" + e.getMessage() + ").", e);
        }
    }

    private static InputStream archive() throws IOException {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String system =
                os.contains("win") && !os.contains("darwin") ? "Windows" : os.contains("mac") ? "Darwin" : "Linux";
        String machine = System.getProperty("os.arch", "");
        InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
                system, machine.equals("amd64") ? "x86_64" : machine);
        if (archive == null) {
            throw new StartRefused("There is no embedded PostgreSQL for " + system + " on " + machine
                    + ". Set QUARKUS_DATASOURCE_JDBC_URL to a PostgreSQL of your own.");
        }
        return archive;
    }

    private static String digest() throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(archive(), sha)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void unpack(Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive())))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("an entry leads outside: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, file);
                    if ((entry.getMode() & 0100) != 0) {
                        DataFolder.permissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
    }

    /** An older build's programs, and what a crash left half unpacked. */
    private static void removeOld(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("postgres-programs"))
                    .toList()) {
                remove(file);
            }
        }
    }

    static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
