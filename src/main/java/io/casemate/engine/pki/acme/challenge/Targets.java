package io.casemate.engine.pki.acme.challenge;

import io.casemate.kernel.Cidr;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses challenges may be asked at. Without permitted blocks that is the public internet less this machine: who
 * controls a name controls where it points to, and must not make the server knock at doors inside.
 *
 * @param permitted when not empty, these blocks and nothing else, whatever they are
 * @param excluded never these, whatever is permitted
 */
public record Targets(List<String> permitted, List<String> excluded) {
    /** IANA's special-purpose registries (RFC 6890), with what carries an IPv4 address inside, and multicast. */
    private static final List<String> SPECIAL = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "::/96",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/9",
            "ff00::/8");

    /** Why {@code address} must not be asked; empty when it may. */
    public Optional<String> refusal(InetAddress address) {
        String text = address.getHostAddress();
        if (Cidr.anyHolds(excluded, text)) {
            return Optional.of("the address " + text + " is in challenge_excluded_ip_ranges");
        }
        if (!permitted.isEmpty()) {
            return Cidr.anyHolds(permitted, text)
                    ? Optional.empty()
                    : Optional.of("the address " + text + " is not in challenge_permitted_ip_ranges");
        }
        return text.indexOf('%') >= 0 || Cidr.anyHolds(SPECIAL, text) || ofThisMachine(address)
                ? Optional.of("the address " + text + " is not public, and challenge_permitted_ip_ranges is empty")
                : Optional.empty();
    }

    private static boolean ofThisMachine(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }
}
