package dev.broadsheet.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid}, by which a PostgreSQL server marks its data folder: line 1 is its process, line 4 its port,
 * line 8 whether it is ready. Left behind where the server was killed; its process number may be another's by then.
 */
record PostmasterFile(Path data, long pid, int port, boolean isReadyByItsOwnWord) {

    static PostmasterFile of(Path data) {
        Path file = data.resolve("postmaster.pid");
        try {
            List<String> lines = Files.readAllLines(file);
            return new PostmasterFile(
                    data,
                    number(lines, 0),
                    (int) number(lines, 3),
                    line(lines, 7).equals("ready"));
        } catch (NoSuchFileException e) {
            return new PostmasterFile(data, 0, 0, false);
        } catch (IOException e) {
            throw new StartRefused("The file " + file + " cannot be read (" + e.getMessage() + ").", e);
        }
    }

    boolean isReady() {
        return isReadyByItsOwnWord && isOursAndAlive();
    }

    /** A living PostgreSQL whose working folder is this data folder, as far as the system lets us see it. */
    boolean isOursAndAlive() {
        if (pid <= 0) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (process.isEmpty()) {
            return false;
        }
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return process.get()
                    .info()
                    .command()
                    .map(c -> c.contains("postgres"))
                    .orElse(true);
        }
        return worksIn(Path.of("/proc", Long.toString(pid)));
    }

    /** By its working folder or, where that is hidden from us, by its command line. A dead process shows neither. */
    private boolean worksIn(Path process) {
        try {
            return Files.isSameFile(process.resolve("cwd"), data);
        } catch (IOException e) {
            try {
                String commandLine = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                return commandLine.contains("postgres") && commandLine.contains(data.toString());
            } catch (IOException dead) {
                return false;
            }
        }
    }

    /**
     * PostgreSQL removes such a file itself, unless its number is that of a living process of somebody else, as happens
     * after a reboot and always in a container: then it would never start again.
     */
    void removeIfStale() throws IOException {
        if (pid > 0 && ProcessHandle.of(pid).isPresent() && !isOursAndAlive()) {
            Files.deleteIfExists(data.resolve("postmaster.pid"));
        }
    }

    private static long number(List<String> lines, int index) {
        String line = line(lines, index);
        return line.matches("[0-9]{1,18}") ? Long.parseLong(line) : 0;
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index).strip() : "";
    }
}
