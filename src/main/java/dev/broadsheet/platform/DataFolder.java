package dev.broadsheet.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an installation with the embedded database keeps what must outlive it: the database and the secrets made for
 * it. Nobody but its owner may read it. One process at a time works in it.
 */
class DataFolder {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private @Nullable FileChannel lock;

    DataFolder(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Makes the folder where it is missing, closed to others. What an operator made keeps its permissions. */
    void create() {
        if (Files.isDirectory(path)) {
            return;
        }
        try {
            Files.createDirectories(path);
            permissions(path, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new StartRefused(
                    "The data folder " + path + " cannot be made (" + e.getMessage() + "). Set BROADSHEET_DATA_DIR.",
                    e);
        }
    }

    /**
     * Takes the folder for this process until it ends, however it ends.
     *
     * @return false where another process has it
     */
    boolean tryLock() {
        create();
        try {
            FileChannel channel =
                    FileChannel.open(resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock taken;
            try {
                taken = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                taken = null;
            }
            if (taken == null) {
                channel.close();
                return false;
            }
            lock = channel;
            return true;
        } catch (IOException e) {
            throw new StartRefused("The data folder " + path + " cannot be written (" + e.getMessage() + ").", e);
        }
    }

    /** Like {@link #tryLock}, for those who cannot go on without. */
    void lock() {
        if (!tryLock()) {
            throw new StartRefused("Another Broadsheet is running on the data folder " + path
                    + ". Stop it first, or set BROADSHEET_DATA_DIR to another folder.");
        }
    }

    void unlock() {
        try {
            if (lock != null) {
                lock.close();
                lock = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was kept under this name, where it was. */
    Optional<String> read(String name) {
        try {
            String text = Files.readString(resolve(name)).strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StartRefused("The file " + resolve(name) + " cannot be read (" + e.getMessage() + ").", e);
        }
    }

    /** What is kept under this name; made at first use: 48 random bytes in base64url. */
    String secret(String name) {
        return read(name).orElseGet(() -> {
            byte[] bytes = new byte[48];
            new SecureRandom().nextBytes(bytes);
            String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            write(name, secret);
            return secret;
        });
    }

    /** Whole or not at all, also through a crash. */
    private void write(String name, String text) {
        Path temporary = resolve(name + ".new");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(temporary);
            permissions(temporary, OWNER_ONLY);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.UTF_8.encode(text + "\n"));
                channel.force(true);
            }
            Files.move(temporary, resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StartRefused("The file " + resolve(name) + " cannot be written (" + e.getMessage() + ").", e);
        }
    }

    /** Where the file system has no such permissions, the folder's own have to do. */
    static void permissions(Path file, Set<PosixFilePermission> permissions) throws IOException {
        try {
            Files.setPosixFilePermissions(file, permissions);
        } catch (UnsupportedOperationException e) {
            // Windows: inherited from the user's folder
        }
    }
}
