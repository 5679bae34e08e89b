package io.casemate.engine.pki.acme.challenge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/**
 * Connects to where a name points. The address that was judged is the one that is connected to: the name is resolved once
 * for both, so that a second answer of the DNS cannot lead elsewhere.
 */
final class Connector {
    /** Longest wait for a connection, milliseconds. */
    static final int CONNECT_MILLIS = 4000;

    private static final int MOST_ADDRESSES = 4;

    private final Lookup lookup;
    private final Targets targets;

    Connector(Lookup lookup, Targets targets) {
        this.lookup = lookup;
        this.targets = targets;
    }

    /**
     * A connection to the first of a name's permitted addresses that answers.
     *
     * @throws Barred when none of its addresses may be asked
     * @throws IOException saying in one sentence what went wrong
     */
    Socket to(String host, int port) throws IOException, Barred {
        List<InetAddress> addresses = literal(host) ? List.of(address(host)) : lookup.addresses(host);
        Optional<String> refusal = Optional.empty();
        IOException last = null;
        for (InetAddress address : addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size()))) {
            Optional<String> barred = targets.refusal(address);
            if (barred.isEmpty()) {
                try {
                    return connected(address, port);
                } catch (IOException e) {
                    last = new IOException(
                            "no connection to " + address.getHostAddress() + " port " + port + " for " + host, e);
                }
            }
            refusal = refusal.or(() -> barred);
        }
        if (last != null) {
            throw last;
        }
        throw new Barred(refusal.orElse("no address") + " (" + host + ")");
    }

    /** Whether {@code host} is an IP address; anything else is a name. */
    static boolean literal(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}([.][0-9]{1,3}){3}");
    }

    private static InetAddress address(String literal) throws IOException {
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            throw new IOException(literal + " is not an address", e);
        }
    }

    private static Socket connected(InetAddress address, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Nothing that may be asked; another try would find the same. */
    static final class Barred extends Exception {
        private static final long serialVersionUID = 1L;

        Barred(String message) {
            super(message);
        }
    }
}
