package io.casemate.hsm.broker;

import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmSettings;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The broker's service in a thread of the test: everything of the protocol, without the start of a process. */
public final class ThreadBroker implements BrokerLauncher {
    private final Function<String, Supplier<SecretBytes>> pins;

    /** Asks {@code pins} in the middle of each greeting. */
    ThreadBroker(Function<String, Supplier<SecretBytes>> pins) {
        this.pins = pins;
    }

    /** An HSM behind the protocol. */
    public static Hsm open(HsmSettings settings) {
        return new BrokerHsm(settings, new ThreadBroker(_ -> settings.pin()), "test://pin", true);
    }

    /** Two ends of one connection. */
    record Ends(SocketChannel client, SocketChannel server) {
        static Ends make() throws IOException {
            Path directory = Files.createTempDirectory("casemate-broker-");
            Path path = directory.resolve("s");
            try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                listener.bind(UnixDomainSocketAddress.of(path));
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                return new Ends(client, listener.accept());
            } finally {
                Files.deleteIfExists(path);
                Files.delete(directory);
            }
        }
    }

    @Override
    public Started start() throws IOException {
        Ends ends = Ends.make();
        BrokerService service = new BrokerService(pins, Optional.empty(), new SecureRandom(), () -> {});
        Thread serving = Thread.ofPlatform().daemon().start(() -> {
            service.serve(ends.server());
            service.close();
        });
        return new Running(ends.client(), serving);
    }

    private record Running(SocketChannel socket, Thread serving) implements Started {
        @Override
        public String kill() {
            return "ended";
        }

        @Override
        public void close() {
            try {
                serving.join(5000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
