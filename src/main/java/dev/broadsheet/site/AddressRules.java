package dev.broadsheet.site;

import dev.broadsheet.platform.EmailAddress;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an address tells by itself, whoever has it: whether this installation refuses its domain, whether several people
 * are likely to read it, whether it will be gone tomorrow.
 */
@ApplicationScoped
class AddressRules {

    /** RFC 2142's, and what mail systems and offices have besides. */
    private static final Set<String> ROLES = Set.of(
            "abuse",
            "admin",
            "administrator",
            "contact",
            "ftp",
            "hostmaster",
            "info",
            "list",
            "mailer-daemon",
            "marketing",
            "news",
            "no-reply",
            "noc",
            "noreply",
            "office",
            "postmaster",
            "root",
            "sales",
            "security",
            "support",
            "usenet",
            "uucp",
            "webmaster",
            "www");

    private final Set<String> denied;
    private final Set<String> disposable;
    private final boolean warnsOfRoles;

    AddressRules(SiteConfig config) {
        this.denied = domains(config.deniedDomains().orElse(List.of()));
        this.disposable = config.disposableDomains().map(AddressRules::read).orElse(Set.of());
        this.warnsOfRoles = config.warnRoleAddresses();
    }

    /** The lists are read at start, so that a mistake in their names shows there. */
    void read(@Observes StartupEvent start) {}

    boolean denies(EmailAddress address) {
        return holds(denied, domain(address));
    }

    boolean isDisposable(EmailAddress address) {
        return holds(disposable, domain(address));
    }

    /** {@code info@…}, {@code list-request@…} and the like. */
    boolean isRole(EmailAddress address) {
        String local = address.key().substring(0, address.key().lastIndexOf('@'));
        return warnsOfRoles && (ROLES.contains(local) || local.endsWith("-request"));
    }

    private static Set<String> read(Path file) {
        try {
            return domains(Files.readAllLines(file).stream()
                    .map(line -> line.replaceFirst("#.*", ""))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("BROADSHEET_SIGNUP_DISPOSABLE_DOMAINS cannot be read: " + file, e);
        }
    }

    /** In A-labels and lower case, as the keys of addresses have them. Lines that name no domain match nothing. */
    private static Set<String> domains(List<String> typed) {
        Set<String> domains = new HashSet<>();
        for (String domain : typed) {
            EmailAddress.parse("a@" + domain.strip().replaceFirst("^[@.]", ""))
                    .ifPresent(address -> domains.add(domain(address)));
        }
        return domains;
    }

    /** The domain or one above it. */
    private static boolean holds(Set<String> domains, String domain) {
        for (int dot = -1; ; ) {
            if (domains.contains(domain.substring(dot + 1))) {
                return true;
            }
            dot = domain.indexOf('.', dot + 1);
            if (dot < 0) {
                return false;
            }
        }
    }

    private static String domain(EmailAddress address) {
        return address.key().substring(address.key().lastIndexOf('@') + 1);
    }
}
