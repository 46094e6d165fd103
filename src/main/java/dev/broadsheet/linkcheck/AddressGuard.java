package dev.broadsheet.linkcheck;

import dev.broadsheet.platform.AddressRange;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.http.conn.DnsResolver;

/**
 * Decides what a link may make this machine connect to: public addresses alone. It stands where names are looked up for
 * a connection, so what was checked is what is connected to, whatever the name resolves to a moment later. Every
 * redirect comes by here again.
 */
final class AddressGuard implements DnsResolver {

    /** The name leads to no address that may be connected to. */
    static final class NotPublic extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        NotPublic(String host) {
            super(host);
        }
    }

    /** Source: the IANA special-purpose address registries, those that are not globally reachable, and multicast. */
    private static final List<AddressRange> CLOSED = ranges(
            "0.0.0.0/8", // this network
            "10.0.0.0/8",
            "100.64.0.0/10", // shared by the customers of a provider
            "127.0.0.0/8",
            "169.254.0.0/16", // link-local, where clouds keep their metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // relays of 6to4
            "192.168.0.0/16",
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved, and broadcast
            "2001::/23", // protocols, Teredo among them, which embeds an IPv4 address
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4, which embeds an IPv4 address
            "3fff::/20"); // documentation

    /** All of IPv6 that is given to networks of the internet; loopback, private and mapped ones lie outside. */
    private static final AddressRange UNICAST = range("2000::/3");

    /** Where a network without IPv4 reaches IPv4: the address is in the last four bytes. */
    private static final AddressRange NAT64 = range("64:ff9b::/96");

    private static final AddressRange IPV4 = range("0.0.0.0/0");

    /** Spellings of IPv4 that programs read differently: {@code 127.1}, {@code 0x7f.0.0.1}, {@code 0177.0.0.1}. */
    private static final Pattern ENDS_IN_A_NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");

    private static final Pattern DOTTED_QUAD = Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

    private final boolean allowPrivate;
    private final Predicate<InetAddress> open;

    AddressGuard(boolean allowPrivate) {
        this(allowPrivate, allowPrivate ? address -> true : AddressGuard::isPublic);
    }

    /** @param allowPrivate whether any port and any spelling will do. @param open which addresses may be connected to */
    AddressGuard(boolean allowPrivate, Predicate<InetAddress> open) {
        this.allowPrivate = allowPrivate;
        this.open = open;
    }

    /** Why an address is not asked for, whatever its name leads to: the end of a sentence. Empty where it may be. */
    Optional<String> refusal(URI address) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return Optional.of("it is no web address");
        }
        if (address.getHost() == null) {
            return Optional.of("its host has a name that not every program can look up");
        }
        if (address.getRawUserInfo() != null) {
            return Optional.of("it carries a name or a password");
        }
        int port = address.getPort();
        if (!allowPrivate && port != -1 && port != 80 && port != 443) {
            return Optional.of("it names a port other than 80 and 443");
        }
        return Optional.empty();
    }

    /**
     * The addresses of a host that may be connected to.
     *
     * @throws NotPublic where it has none of them
     * @throws UnknownHostException where it has no address at all
     */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        if (!allowPrivate && isAnotherNameForThisMachine(host)) {
            throw new NotPublic(host);
        }
        InetAddress[] addresses =
                Arrays.stream(InetAddress.getAllByName(host)).filter(open).toArray(InetAddress[]::new);
        if (addresses.length == 0) {
            throw new NotPublic(host);
        }
        return addresses;
    }

    /** Or may be one to some programs, whatever this one takes it for. */
    private static boolean isAnotherNameForThisMachine(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || ENDS_IN_A_NUMBER.matcher(name).matches()
                        && !DOTTED_QUAD.matcher(lower).matches();
    }

    static boolean isPublic(InetAddress address) {
        if (NAT64.holds(address)) {
            byte[] bytes = address.getAddress();
            try {
                return isPublic(InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16)));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e); // four bytes are an address
            }
        }
        return (IPV4.holds(address) || UNICAST.holds(address))
                && CLOSED.stream().noneMatch(range -> range.holds(address));
    }

    private static List<AddressRange> ranges(String... texts) {
        return Stream.of(texts).map(AddressGuard::range).toList();
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text).orElseThrow();
    }
}
