package io.casemate.bootstrap;

import io.casemate.doctor.SelfReport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;

/**
 * Answers root of this machine, without a token, what {@code sys/doctor} answers: so that the doctor's timer needs no secret that
 * would lie on a disk. The kernel says who asks; nothing that he sends is read. One is answered after the other.
 */
final class DoctorDoor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("casemate.doctor");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path path;
    private final ServerSocketChannel listener;
    private final List<UserPrincipal> allowed;
    private final Supplier<Map<String, Object>> answer;

    private DoctorDoor(Path path, ServerSocketChannel listener, Supplier<Map<String, Object>> answer)
            throws IOException {
        this.path = path;
        this.listener = listener;
        this.answer = answer;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        UserPrincipal root =
                path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("root");
        this.allowed = List.of(Files.getOwner(path), root);
    }

    /**
     * Listens at {@code doctor} in the directory that a service manager made for this run ({@code RuntimeDirectory=}), which
     * {@code environment} names. Without one there is no such door; and a server that cannot have it serves all the same.
     */
    static Optional<DoctorDoor> open(Map<String, String> environment, Supplier<Map<String, Object>> answer) {
        String directory = environment.getOrDefault("RUNTIME_DIRECTORY", "").split(":", 2)[0];
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        Path path = Path.of(directory, SelfReport.USUAL.getFileName().toString());
        try {
            DoctorDoor door = listen(path, answer);
            Thread.ofPlatform().daemon().name("casemate-doctor").start(door::serve);
            return Optional.of(door);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "no doctor without a token: {0}: {1}", path, e.getMessage());
            return Optional.empty();
        }
    }

    private static DoctorDoor listen(Path path, Supplier<Map<String, Object>> answer) throws IOException {
        Files.deleteIfExists(path); // the directory is ours alone: what is there was left by a run that was killed
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(path));
            return new DoctorDoor(path, listener, answer);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    private void serve() {
        while (listener.isOpen()) {
            try {
                serve(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "the doctor was not answered: {0}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "the doctor was not answered", e);
            }
        }
    }

    private void serve(SocketChannel caller) throws IOException {
        try (caller) {
            UserPrincipal user =
                    caller.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            if (!allowed.contains(user)) {
                throw new IOException(user.getName() + " asked, and is neither root nor the user of this server");
            }
            SelfReport.tell(caller, answer.get(), PATIENCE);
            LOG.log(System.Logger.Level.DEBUG, "{0} asked for the doctor's facts", user.getName());
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", path, e.getMessage());
        }
    }
}
