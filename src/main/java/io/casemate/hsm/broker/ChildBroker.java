package io.casemate.hsm.broker;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A broker that is our child. It connects to a socket in a directory that only we may enter and that is gone as soon as it
 * did; the kernel says whose process came. It inherits the environment, since vendors configure their libraries by it, and
 * standard output and error; no other file of ours, and nothing secret among its arguments.
 */
final class ChildBroker implements BrokerLauncher {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration ORDERLY_END = Duration.ofSeconds(10);
    private static final Duration KILLED = Duration.ofSeconds(2);
    private static final long STEP_MILLIS = 100;
    private static final int SIGNALLED = 128;

    private final List<String> command;
    private final Path parent;

    /** {@code command} is completed by {@code --connect SOCKET}; the socket's directory is made in {@code parent}. */
    ChildBroker(List<String> command, Path parent) {
        this.command = List.copyOf(command);
        this.parent = parent;
    }

    @Override
    public Started start() throws IOException {
        Path directory = Files.createTempDirectory(
                parent,
                "casemate-hsm-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path path = directory.resolve("s");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path), 1);
            Process process = run(path);
            try {
                SocketChannel socket = accept(listener, process);
                Peer.require(socket, Files.getOwner(directory));
                return new Child(process, socket);
            } catch (IOException e) {
                process.destroyForcibly();
                throw e;
            }
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }

    private Process run(Path socket) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("--connect", socket.toString()));
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        // they would print to our log, or load agents into the process that holds the PIN
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS").forEach(builder.environment()::remove);
        return builder.start();
    }

    private static SocketChannel accept(ServerSocketChannel listener, Process process) throws IOException {
        long end = System.nanoTime() + START.toNanos();
        listener.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            listener.register(selector, SelectionKey.OP_ACCEPT);
            while (System.nanoTime() < end && process.isAlive()) {
                if (selector.select(STEP_MILLIS) > 0) {
                    return listener.accept();
                }
            }
        }
        throw new IOException(
                process.isAlive()
                        ? "the HSM's process did not report within " + START.toSeconds() + " s"
                        : "the HSM's process " + how(process.exitValue()) + " while it started");
    }

    /** How a process ended, by what the JDK tells of it. */
    private static String how(int exit) {
        return switch (exit - SIGNALLED) {
            case 6, 11, 7, 4, 8 -> "crashed in its PKCS#11 library (exit code " + exit + ")";
            case 9 -> "was killed";
            default -> "ended with exit code " + exit;
        };
    }

    private record Child(Process process, SocketChannel socket) implements Started {
        @Override
        public String kill() {
            boolean ended = awaited(Duration.ofMillis(STEP_MILLIS)); // it may be about to say how it died
            process.destroyForcibly();
            if (ended) {
                return how(process.exitValue());
            }
            return awaited(KILLED) ? "did not answer and was killed" : "cannot be killed: it waits inside the kernel";
        }

        @Override
        public void close() {
            if (!awaited(ORDERLY_END)) {
                process.destroyForcibly();
            }
        }

        private boolean awaited(Duration patience) {
            try {
                return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return !process.isAlive();
            }
        }
    }
}
