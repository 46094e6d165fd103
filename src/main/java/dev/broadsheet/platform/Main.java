package dev.broadsheet.platform;

import io.quarkus.runtime.Application;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Starts Broadsheet, by {@code java -jar} and in dev mode alike. Where no database is named it brings one along, with
 * the secrets that a newcomer has not made yet; where one is named it asks for what only the operator can know.
 */
@QuarkusMain
public class Main {

    /** Set where this process has the embedded database; dev mode's reloads find it by this. */
    private static final String EMBEDDED = "broadsheet.embedded";

    private static final int EXIT_REFUSED = 1;

    Main() {} // a bean to Quarkus

    public static void main(String... args) {
        try {
            String command = args.length == 0 ? "" : args[0];
            switch (command) {
                case "backup", "restore" -> new BackupCommand(LaunchSettings.read(), System.out::println).run(args);
                case "" -> serve();
                default ->
                    throw new StartRefused("There is no command " + command
                            + ". Without a command the service runs; the others are: backup FILE, restore FILE.");
            }
        } catch (StartRefused e) {
            System.err.println(e.sentence());
            System.exit(EXIT_REFUSED);
        }
    }

    private static void serve() {
        if (!Boolean.getBoolean(EMBEDDED)) {
            prepare(LaunchSettings.read());
        }
        Quarkus.run();
    }

    private static void prepare(LaunchSettings settings) {
        StartChecks checks = new StartChecks(settings);
        checks.refusal().ifPresent(sentence -> {
            throw new StartRefused(sentence);
        });
        checks.warnings().forEach(System.err::println);
        if (!settings.embedded()) {
            return;
        }
        DataFolder folder = new DataFolder(settings.dataDir());
        folder.lock();
        CompletableFuture<EmbeddedDatabase> starting = CompletableFuture.supplyAsync(
                () -> EmbeddedDatabase.start(folder, EmbeddedDatabase.Durability.DURABLE));
        loadTheServiceMeanwhile();
        EmbeddedDatabase database = started(starting);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAfterTheService(database), "stop PostgreSQL"));

        EmbeddedDatabase.Access access = database.access();
        System.setProperty("quarkus.datasource.jdbc.url", access.jdbcUrl());
        System.setProperty("quarkus.datasource.username", access.username());
        System.setProperty("quarkus.datasource.password", access.password());
        System.setProperty(EMBEDDED, "true");
        if (settings.secret().isEmpty()) {
            System.setProperty("broadsheet.secret", folder.secret("secret"));
        }
        if (settings.adminToken().isEmpty()) {
            String token = folder.secret("admin-token");
            System.setProperty("broadsheet.admin-token", token);
            System.setProperty(Welcome.TOKEN_TO_SHOW, token);
        }
        if (settings.transport().isEmpty()) {
            System.setProperty("broadsheet.mail.transport", "outbox");
        }
    }

    /**
     * The part of the service's start that asks for no configuration takes seconds, as the database's does: side by side
     * they take half. Where there is no such part (dev mode), it does nothing.
     */
    private static void loadTheServiceMeanwhile() {
        try {
            Class.forName(
                    "io.quarkus.runner.ApplicationImpl",
                    true,
                    Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException notPackaged) {
            // Quarkus.run finds it in its own way
        }
    }

    private static EmbeddedDatabase started(CompletableFuture<EmbeddedDatabase> starting) {
        try {
            return starting.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StartRefused refused) {
                throw refused;
            }
            throw e;
        }
    }

    /**
     * Shutdown hooks run side by side, and Quarkus stops the service in one of them (in dev mode after any number of
     * reloads, so that nothing that {@link Quarkus#run} returns could tell the end). So this one waits for the service
     * that runs by then.
     */
    private static void stopAfterTheService(EmbeddedDatabase database) {
        Application service = Application.currentApplication();
        if (service != null) {
            Thread wait = new Thread(service::awaitShutdown, "wait for the service");
            wait.setDaemon(true);
            wait.start();
            try {
                wait.join(TimeUnit.SECONDS.toMillis(60));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        database.close();
    }
}
