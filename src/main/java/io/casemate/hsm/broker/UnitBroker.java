package io.casemate.hsm.broker;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * A broker that somebody else runs, systemd for one, and that listens. It is trusted when it runs as the socket file's owner
 * and nobody but that owner or root could have put the file there.
 */
final class UnitBroker implements BrokerLauncher {
    private static final LinkOption HERE = LinkOption.NOFOLLOW_LINKS;

    private final Path path;

    UnitBroker(Path path) {
        this.path = path;
    }

    @Override
    public Started start() throws IOException {
        UserPrincipal owner = owner();
        SocketChannel socket;
        try {
            socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            throw new IOException("no HSM process listens at " + path + " (" + e.getMessage() + "); start its unit", e);
        }
        Peer.require(socket, owner);
        return new Unit(socket);
    }

    private UserPrincipal owner() throws IOException {
        if (!Files.exists(path, HERE)) {
            throw new IOException("there is no socket " + path + ": the HSM's process does not run; start its unit");
        }
        UserPrincipal owner = Files.getOwner(path, HERE);
        Path directory = path.toRealPath().getParent();
        Set<PosixFilePermission> others = Files.getPosixFilePermissions(directory);
        UserPrincipal keeper = Files.getOwner(directory);
        UserPrincipal root = Files.getOwner(Path.of("/"));
        if (others.contains(PosixFilePermission.OTHERS_WRITE)
                || others.contains(PosixFilePermission.GROUP_WRITE)
                || !(keeper.equals(owner) || keeper.equals(root))) {
            throw new IOException("others than " + owner.getName() + " may write to " + directory
                    + ": the HSM's socket there is not trusted; 'chmod go-w' it");
        }
        return owner;
    }

    private record Unit(SocketChannel socket) implements Started {
        @Override
        public String kill() {
            return "closed the connection or did not answer";
        }

        @Override
        public void close() {
            // whoever runs it decides when it ends
        }
    }
}
