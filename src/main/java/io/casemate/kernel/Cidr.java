package io.casemate.kernel;

import java.util.List;
import java.util.Optional;

/** Address blocks such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; numeric only, no name is ever resolved. */
public final class Cidr {
    /** Characters of the longest IPv6 address, which ends like an IPv4 one. */
    private static final int LONGEST = 45;

    private Cidr() {}

    /**
     * Checks blocks as they are set.
     *
     * @throws FaultException {@code BadRequest} naming the one that is none
     */
    public static List<String> check(List<String> blocks) {
        for (String block : blocks) {
            if (parse(block).isEmpty()) {
                throw Fault.badRequest("'" + block + "' is not an address or a block such as 10.0.0.0/8");
            }
        }
        return blocks;
    }

    /** Whether {@code address} lies in any of {@code blocks}; what cannot be read holds nothing. */
    public static boolean anyHolds(List<String> blocks, String address) {
        Optional<byte[]> asked = bytes(address);
        return asked.isPresent()
                && blocks.stream()
                        .map(Cidr::parse)
                        .flatMap(Optional::stream)
                        .anyMatch(block -> block.holds(asked.get()));
    }

    /** Whether {@code block} lies wholly in any of {@code blocks}. */
    public static boolean anyContains(List<String> blocks, String block) {
        Optional<Block> inner = parse(block);
        return inner.isPresent()
                && blocks.stream()
                        .map(Cidr::parse)
                        .flatMap(Optional::stream)
                        .anyMatch(outer -> outer.bits() <= inner.get().bits()
                                && outer.holds(inner.get().network()));
    }

    private record Block(byte[] network, int bits) {
        boolean holds(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static Optional<Block> parse(String text) {
        int slash = text.indexOf('/');
        Optional<byte[]> network = bytes(slash < 0 ? text : text.substring(0, slash));
        if (network.isEmpty()) {
            return Optional.empty();
        }
        int most = network.get().length * 8;
        String bits = slash < 0 ? String.valueOf(most) : text.substring(slash + 1);
        return bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= most
                ? Optional.of(new Block(network.get(), Integer.parseInt(bits)))
                : Optional.empty();
    }

    private static Optional<byte[]> bytes(String address) {
        if (address.length() > LONGEST
                || !address.matches("[0-9]{1,3}([.][0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(java.net.InetAddress.ofLiteral(address).getAddress());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
