package io.casemate.engine.pki.name;

import io.casemate.kernel.Fault;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** An {@code iPAddress}: 4 or 16 octets. Read from its literal only; nothing is ever resolved. */
public record IpAddress(List<Byte> octets) {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final int LONGEST = 45;
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    /**
     * Reads four decimal numbers, or an IPv6 literal without a zone.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for anything else
     */
    public static IpAddress parse(String text) {
        return tryParse(text).orElseThrow(() -> Fault.badRequest("'" + Printable.of(text) + "' is not an IP address"));
    }

    /** As {@link #parse}, empty instead of a fault. */
    public static Optional<IpAddress> tryParse(String text) {
        // The length first: what strangers send may be long, and the search for a colon begins anew at each of them.
        if (text.length() > LONGEST
                || !(V4.matcher(text).matches() || V6.matcher(text).matches())) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(InetAddress.ofLiteral(text).getAddress()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** From the octets of a CSR. */
    public static IpAddress of(byte[] octets) {
        if (octets.length != 4 && octets.length != 16) {
            throw Fault.badRequest("an IP address in the CSR has " + octets.length + " octets, not 4 or 16");
        }
        if (mapped(octets)) {
            throw Fault.badRequest("an IPv4 address in the CSR is written as an IPv6 one (::ffff:0:0/96)");
        }
        List<Byte> boxed = new java.util.ArrayList<>(octets.length);
        for (byte octet : octets) {
            boxed.add(octet);
        }
        return new IpAddress(List.copyOf(boxed));
    }

    /** A second spelling of an IPv4 address, which rules for IPv4 would not see. */
    private static boolean mapped(byte[] octets) {
        boolean mapped = octets.length == 16 && octets[10] == -1 && octets[11] == -1;
        for (int i = 0; i < 10 && mapped; i++) {
            mapped = octets[i] == 0;
        }
        return mapped;
    }

    /** Its literal, without a zone. */
    public String text() {
        try {
            return InetAddress.getByAddress(bytes()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 octets", e);
        }
    }

    /** As it stands in the certificate. */
    public byte[] bytes() {
        byte[] bytes = new byte[octets.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = octets.get(i);
        }
        return bytes;
    }
}
