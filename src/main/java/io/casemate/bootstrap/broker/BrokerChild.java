package io.casemate.bootstrap.broker;

import io.casemate.bootstrap.Signals;
import io.casemate.config.SecretReference;
import io.casemate.hsm.broker.BrokerService;
import io.casemate.log.LogSettings;
import io.casemate.log.ServerLog;
import io.casemate.os.ProcessMemory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The process that a server starts for its HSM: {@code --log FORMAT:LEVEL [--mlock] --connect SOCKET}. It ends when the server does,
 * since the socket closes then; signals that a terminal or a service manager sends to all processes at once do not end it
 * before.
 */
public final class BrokerChild {
    private static final System.Logger LOG = System.getLogger("casemate.hsm");

    /** The word that asks for locked memory. */
    public static final String LOCK = "--mlock";

    private BrokerChild() {}

    /** Runs until the server closes the connection. */
    public static void main(String[] words) throws IOException {
        List<String> arguments =
                Arrays.stream(words).filter(word -> !word.equals(LOCK)).toList();
        if (arguments.size() != 4
                || !arguments.get(0).equals("--log")
                || !arguments.get(2).equals("--connect")) {
            System.err.println("started by casemate server; on its own it is casemate hsm-broker");
            System.exit(1);
        }
        List.of("TERM", "INT", "HUP").forEach(signal -> Signals.on(signal, () -> {}));
        ProcessMemory.forbidDumps();
        if (arguments.size() < words.length) {
            ProcessMemory.lock();
        }
        SecureRandom random = new SecureRandom();
        try (ServerLog _ = ServerLog.start(log(arguments.get(1)), new FileOutputStream(FileDescriptor.err));
                BrokerService service = new BrokerService(
                        reference -> SecretReference.of(reference, System.getenv()),
                        Optional.empty(),
                        random,
                        BrokerEnd::now);
                SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(Path.of(arguments.get(3))))) {
            service.serve(socket);
            BrokerEnd.soon();
        }
        LOG.log(System.Logger.Level.DEBUG, "the process of the HSM ends with its server");
        System.exit(0);
    }

    private static LogSettings log(String text) {
        String[] parts = text.split(":", 2);
        return new LogSettings(LogSettings.Format.valueOf(parts[0]), System.Logger.Level.valueOf(parts[1]));
    }
}
