package dev.broadsheet.platform;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** IP addresses whose first bits are the same. An IPv4 address lies in no range of IPv6, nor the other way round. */
public final class AddressRange {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]{2,45}");

    private final byte[] network;
    private final int bits;

    private AddressRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /** @param text {@code 10.0.0.0/8}, {@code fd00::/8} or one address; empty where it is none of them */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> network = literal(slash < 0 ? text : text.substring(0, slash));
        try {
            byte[] bytes = network.orElseThrow(NumberFormatException::new).getAddress();
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
            return bits >= 0 && bits <= bytes.length * 8
                    ? Optional.of(new AddressRange(bytes, bits))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Never looks a name up. IPv4 in IPv6 form is IPv4; a scope ({@code %eth0}) is dropped. */
    public static Optional<InetAddress> literal(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        int scope = text.indexOf('%');
        String address = scope < 0 ? text : text.substring(0, scope);
        try {
            return LITERAL.matcher(address).matches() ? Optional.of(InetAddress.getByName(address)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * The network of a client, for limits: {@code 203.0.113.0/24}, {@code 2001:db8:0:1:0:0:0:0/64}. Providers give that
     * much to one customer, so a limit on single addresses would limit nobody.
     */
    public static String networkOf(InetAddress client) {
        byte[] bytes = client.getAddress();
        int kept = bytes.length == 4 ? 3 : 8;
        Arrays.fill(bytes, kept, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/" + kept * 8;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // the length is right
        }
    }

    public boolean holds(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int bit = 0x80 >> (i % 8);
            if ((bytes[i / 8] & bit) != (network[i / 8] & bit)) {
                return false;
            }
        }
        return true;
    }
}
