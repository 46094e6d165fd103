package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.List;
import java.util.Set;

/** Where the newsletter itself lives: its hosts, and any host that is named like it. */
final class OwnSite {

    private final Set<String> hosts;
    private final Set<String> names;

    OwnSite(Manuscript manuscript, Context context) {
        hosts = context.ownHosts();
        names = Set.copyOf(List.of(
                Manuscript.slug(context.newsletterTitle()),
                Manuscript.slug(Titles.withoutNumber(manuscript.frontMatter().title()))));
    }

    boolean holds(String address) {
        String host = Address.host(address);
        if (host.isEmpty()) {
            return false;
        }
        String plain = host.startsWith("www.") ? host.substring(4) : host;
        int dot = plain.lastIndexOf('.');
        return hosts.contains(host) || hosts.contains(plain) || (dot > 0 && names.contains(plain.substring(0, dot)));
    }
}
