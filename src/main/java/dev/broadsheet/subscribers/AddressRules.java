package dev.broadsheet.subscribers;

import dev.broadsheet.platform.EmailAddress;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What an address tells by itself, whoever has it: whether this installation refuses its domain, whether several people
 * are likely to read it, whether it will be gone tomorrow. The latter two are hints and no verdicts: there are good
 * reasons for both.
 */
@ApplicationScoped
public class AddressRules {

    private final Set<String> roles;
    private final Set<String> denied;
    private final Set<String> disposable;

    AddressRules(SignUpConfig config) {
        this.roles = config.warnRoleAddresses() ? Set.copyOf(ours("/subscribers/roles.txt")) : Set.of();
        this.denied = domains(config.deniedDomains().orElse(List.of()));
        this.disposable = new HashSet<>();
        if (config.warnDisposable()) {
            disposable.addAll(domains(ours("/subscribers/disposable-domains.txt")));
            config.disposableDomains().map(AddressRules::read).ifPresent(disposable::addAll);
        }
    }

    /** The lists are read at start, so that a mistake in their names shows there. */
    void read(@Observes StartupEvent start) {}

    public boolean denies(EmailAddress address) {
        return holds(denied, domain(address));
    }

    public boolean isDisposable(EmailAddress address) {
        return holds(disposable, domain(address));
    }

    /** {@code info@…}, {@code list-request@…} and the like. */
    public boolean isRole(EmailAddress address) {
        String local = address.key().substring(0, address.key().lastIndexOf('@'));
        return !roles.isEmpty() && (roles.contains(local) || local.endsWith("-request"));
    }

    private static Set<String> read(Path file) {
        try {
            return domains(lines(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("BROADSHEET_SIGNUP_DISPOSABLE_DOMAINS cannot be read: " + file, e);
        }
    }

    private static List<String> ours(String resource) {
        try (InputStream in = AddressRules.class.getResourceAsStream(resource)) {
            return lines(new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(String text) {
        return text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
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
