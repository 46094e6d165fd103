package dev.broadsheet.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Who runs PostgreSQL's programs. They refuse to run as root, so root steps down: into a user namespace of its own,
 * where nothing changes hands on disk, or, where the kernel or the container does not allow that, to the user nobody,
 * which then owns the database's files. Everybody else runs them as they are.
 */
enum PostgresUser {
    MYSELF(List.of()),
    NAMESPACE(List.of("unshare", "-U")),
    NOBODY(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

    private static final int NOBODY_ID = 65534;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> prefix;

    PostgresUser(List<String> prefix) {
        this.prefix = prefix;
    }

    /** @param folder one of ours, whose owner tells who we are */
    static PostgresUser of(Path folder) {
        try {
            if (!folder.getFileSystem().supportedFileAttributeViews().contains("unix") || effectiveUser(folder) != 0) {
                return MYSELF;
            }
        } catch (IOException e) {
            throw new StartRefused("The owner of " + folder + " cannot be read (" + e.getMessage() + ").", e);
        }
        for (PostgresUser user : List.of(NAMESPACE, NOBODY)) {
            if (user.works()) {
                return user;
            }
        }
        throw new StartRefused(
                "PostgreSQL does not run as root, and neither unshare nor setpriv works here to step down."
                        + " Start Broadsheet as another user, or set QUARKUS_DATASOURCE_JDBC_URL.");
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Hands a folder of the database over, and lets its user through to it; nothing to do for the others. */
    void own(Path folder) throws IOException {
        if (this != NOBODY) {
            return;
        }
        Files.setAttribute(folder, "unix:uid", NOBODY_ID);
        Files.setAttribute(folder, "unix:gid", NOBODY_ID);
        Path parent = folder.getParent();
        if (parent != null) {
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx--x--x"));
        }
    }

    /** A file made now belongs to who we are: the folder itself may have been given away. */
    private static int effectiveUser(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "user", null);
        try {
            return (Integer) Files.getAttribute(probe, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(probe);
        }
    }

    private boolean works() {
        try {
            Process id = new ProcessBuilder(command(List.of("id", "-u")))
                    .redirectErrorStream(true)
                    .start();
            String user =
                    new String(id.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
            return id.waitFor(10, TimeUnit.SECONDS) && id.exitValue() == 0 && !user.equals("0");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
