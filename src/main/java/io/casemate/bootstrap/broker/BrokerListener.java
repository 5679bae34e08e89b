package io.casemate.bootstrap.broker;

import io.casemate.bootstrap.Signals;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.broker.BrokerService;
import io.casemate.hsm.broker.Peer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * Waits for a server at a Unix socket and serves it; the newest connection ends the one before. The kernel says who connects:
 * this process's own user, or the one that was named.
 */
public final class BrokerListener {
    private static final System.Logger LOG = System.getLogger("casemate.hsm");

    /** Exit code after a refused PIN (EX_NOPERM of sysexits.h): a service manager must not start us again by itself. */
    static final int PIN_REFUSED = 77;

    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final HsmSettings settings;
    private final Path path;
    private final Optional<String> user;
    private volatile int exit;

    /** For the token of {@code settings}. */
    public BrokerListener(HsmSettings settings, Path path, Optional<String> user) {
        this.settings = settings;
        this.path = path;
        this.user = user;
    }

    /**
     * Serves until SIGTERM, or until the token refuses the PIN: a token counts wrong tries, and a process that was started
     * again with the same PIN, or for another server, would spend the next.
     *
     * @return the exit code: 0, or {@value #PIN_REFUSED} for a refused PIN
     */
    public int run() throws IOException {
        removeStale();
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                BrokerService service = new BrokerService(
                        _ -> settings.pin(),
                        Optional.of(settings),
                        new SecureRandom(),
                        () -> BrokerEnd.now(hung()),
                        () -> refused(listener))) {
            listener.bind(UnixDomainSocketAddress.of(path));
            // another user's process has to be able to open it: who may connect is decided by Peer
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(user.isEmpty() ? "rw-------" : "rw-rw-rw-"));
            UserPrincipal peer = user.isEmpty()
                    ? Files.getOwner(path)
                    : path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user.get());
            Signals.on("TERM", () -> end(listener));
            LOG.log(System.Logger.Level.INFO, "serving {0} at {1}", settings, path);
            accept(listener, peer, service);
            BrokerEnd.soon(hung());
        } finally {
            Files.deleteIfExists(path);
        }
        return exit;
    }

    /** A refused PIN stays one, however the process ends: any other code would have it started, and the PIN tried, again. */
    private int hung() {
        return exit == 0 ? BrokerEnd.HUNG : exit;
    }

    /** The answer to whoever asked is still on its way. */
    private void refused(ServerSocketChannel listener) {
        LOG.log(
                System.Logger.Level.ERROR,
                "the token refused the PIN of {0}: this process ends, so that it is not tried again; put the right PIN in"
                        + " its place, then start this process and the server again",
                settings);
        exit = PIN_REFUSED;
        Thread.startVirtualThread(() -> {
            try {
                Thread.sleep(LAST_WORDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            end(listener);
        });
    }

    private static void accept(ServerSocketChannel listener, UserPrincipal peer, BrokerService service)
            throws IOException {
        SocketChannel last = null;
        while (true) {
            SocketChannel socket;
            try {
                socket = listener.accept();
            } catch (java.nio.channels.ClosedChannelException e) {
                return;
            }
            try {
                Peer.require(socket, peer);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, e.getMessage());
                continue;
            }
            if (last != null) {
                last.close();
            }
            last = socket;
            Thread.ofPlatform().daemon().name("casemate-hsm-serve").start(() -> service.serve(socket));
        }
    }

    private static void end(ServerSocketChannel listener) {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the socket: {0}", e.getMessage());
        }
    }

    /** A socket file outlives a process that was killed; one that somebody listens at is not ours to remove. */
    private void removeStale() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("another process listens there");
        } catch (java.net.ConnectException e) {
            Files.delete(path);
        }
    }
}
