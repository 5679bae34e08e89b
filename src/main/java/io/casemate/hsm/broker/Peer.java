package io.casemate.hsm.broker;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/** Who is at the other end of a Unix socket, by the kernel's word. */
public final class Peer {
    private Peer() {}

    /** Closes the socket and throws unless the other process runs as {@code user}. */
    public static void require(SocketChannel socket, UserPrincipal user) throws IOException {
        UserPrincipal peer = socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (!peer.equals(user)) {
            socket.close();
            throw new IOException("the process at the HSM's socket runs as " + peer.getName() + " and not as "
                    + user.getName() + ": it is not trusted");
        }
    }
}
