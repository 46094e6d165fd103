package dev.broadsheet.platform;

/** {@code backup FILE} and {@code restore FILE}. */
class BackupCommand {
    private BackupCommand() {}

    static void run(LaunchSettings settings, String... args) {
        throw new StartRefused("Not yet.");
    }
}
