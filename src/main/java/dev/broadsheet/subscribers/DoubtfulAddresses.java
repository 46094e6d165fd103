package dev.broadsheet.subscribers;

import dev.broadsheet.platform.EmailAddress;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Addresses that deserve a second look before they are mailed: of roles (RFC 2142), which several people read, and of
 * services for throw-away mailboxes. A hint and no verdict: the lists are short, and there are good reasons for both.
 */
@Singleton
class DoubtfulAddresses {

    private final Set<String> roles = lines("/subscribers/roles.txt");
    private final Set<String> disposable = lines("/subscribers/disposable-domains.txt");

    boolean isRole(EmailAddress address) {
        String key = address.key();
        return roles.contains(key.substring(0, key.lastIndexOf('@')));
    }

    boolean isDisposable(EmailAddress address) {
        String key = address.key();
        return disposable.contains(key.substring(key.lastIndexOf('@') + 1));
    }

    private static Set<String> lines(String resource) {
        try (InputStream in = DoubtfulAddresses.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("There is no " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
