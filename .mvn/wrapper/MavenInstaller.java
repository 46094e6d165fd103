import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Brings the Maven that this project is built with, for mvnw and mvnw.cmd; run as a single source file, since nothing
 * but a JDK may be there. First from the archive of releases; where that is out of reach, as an artifact through an
 * installed mvn, with whatever mirrors and proxies its settings know. Either way the file must have the pinned
 * checksum. Arguments: the folder of this file, and the folder that Maven shall be in.
 */
class MavenInstaller {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 20_000;

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(arguments[0], "maven-wrapper.properties"))) {
            properties.load(in);
        }
        String version = properties.getProperty("mavenVersion");
        String other = System.getenv("MVNW_ARCHIVE");
        String url = other == null || other.isBlank() ? properties.getProperty("distributionUrl") : other;
        Path home = Path.of(arguments[1]).toAbsolutePath();
        Files.createDirectories(home.getParent());
        Path work = Files.createTempDirectory(home.getParent(), "installing-");
        String failed;
        Path settings = null;
        try {
            Path zip = work.resolve("maven.zip");
            String sum = properties.getProperty("distributionSha512Sum");
            failed = orWrong(download(url, zip), zip, sum);
            if (failed != null) {
                String first = url + " did not bring it (" + failed + ")";
                failed = orWrong(throughInstalledMaven(version, work, zip), zip, sum);
                failed = failed == null ? null : first + ", and " + failed;
                settings = settingsOfInstalledMaven();
            }
            if (failed == null) {
                unpack(zip, work.resolve("unpacked"));
                if (settings != null) {
                    Path own = work.resolve("unpacked").resolve("apache-maven-" + version).resolve("conf/settings.xml");
                    Files.copy(settings, own, StandardCopyOption.REPLACE_EXISTING);
                }
                put(work.resolve("unpacked").resolve("apache-maven-" + version), home);
            }
        } finally {
            delete(work);
        }
        if (failed != null) {
            System.err.println("mvnw: Maven " + version + " is needed, but " + failed
                    + ". Connect to the internet, or install Maven (any 3.x) with settings that reach a repository.");
            System.exit(1);
        }
    }

    /** What comes with the wrong checksum, such as the page of a captive portal, has not come. */
    private static String orWrong(String failed, Path zip, String pinned) throws Exception {
        if (failed != null) {
            return failed;
        }
        String sum = sha512(zip);
        return sum.equals(pinned) ? null : "what came has the wrong checksum " + sum;
    }

    /** @return why not, or null when it is there */
    private static String download(String url, Path file) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            if (connection.getResponseCode() != 200) {
                return "it answers " + connection.getResponseCode();
            }
            System.err.println("mvnw: downloading " + url);
            try (InputStream in = connection.getInputStream()) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            }
            return null;
        } catch (IOException | RuntimeException e) {
            return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        }
    }

    /** @return why not, or null when it is there */
    private static String throughInstalledMaven(String version, Path work, Path zip) throws Exception {
        String mvn = installedMaven();
        if (mvn == null) {
            return "there is no mvn on the PATH that could bring it";
        }
        System.err.println("mvnw: bringing Maven " + version + " through " + mvn);
        Path log = work.resolve("mvn.log");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                mvn, "-B", "-q", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
                "-Dartifact=org.apache.maven:apache-maven:" + version + ":zip:bin",
                "-DoutputDirectory=" + work, "-Dmdep.useBaseVersion=true"));
        // Outside of the project: its .mvn would ask for what this Maven need not have.
        builder.directory(work.toFile());
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().remove("MAVEN_PROJECTBASEDIR");
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return mvn + " did not bring it within ten minutes";
        }
        Path artifact = work.resolve("apache-maven-" + version + "-bin.zip");
        if (process.exitValue() != 0 || !Files.exists(artifact)) {
            try (Stream<String> lines = Files.lines(log)) {
                lines.filter(line -> line.contains("ERROR")).limit(3).forEach(System.err::println);
            }
            return mvn + " could not bring it either";
        }
        Files.move(artifact, zip, StandardCopyOption.REPLACE_EXISTING);
        return null;
    }

    private static String installedMaven() {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        for (String folder : System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            Path mvn = Path.of(folder.isEmpty() ? "." : folder, windows ? "mvn.cmd" : "mvn").toAbsolutePath();
            if (Files.isExecutable(mvn) && !Files.isDirectory(mvn)) {
                return mvn.toString();
            }
        }
        return null;
    }

    /** Whoever needed the installed Maven's mirror for this needs it for the build too. @return null where it has none */
    private static Path settingsOfInstalledMaven() throws IOException {
        String mvn = installedMaven();
        if (mvn == null) {
            return null;
        }
        Path settings = Path.of(mvn).toRealPath().getParent().resolveSibling("conf").resolve("settings.xml");
        return Files.isReadable(settings) ? settings : null;
    }

    private static String sha512(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-512");
        StringBuilder hex = new StringBuilder();
        for (byte b : digest.digest(Files.readAllBytes(file))) {
            hex.append(String.format("%02x", b));
        }
        return hex.toString();
    }

    private static void unpack(Path zip, Path target) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (Enumeration<? extends ZipEntry> e = file.entries(); e.hasMoreElements(); ) {
                ZipEntry entry = e.nextElement();
                Path to = target.resolve(entry.getName()).normalize();
                if (!to.startsWith(target)) {
                    throw new IOException("an entry leads outside: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(to);
                    continue;
                }
                Files.createDirectories(to.getParent());
                try (InputStream in = file.getInputStream(entry)) {
                    Files.copy(in, to);
                }
                if (to.getParent().endsWith("bin") && to.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
    }

    /** By one rename: whoever starts at the same time sees all of it or nothing, and the first one's stays. */
    private static void put(Path unpacked, Path home) throws IOException {
        try {
            Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(home.resolve("bin"))) {
                throw e;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
