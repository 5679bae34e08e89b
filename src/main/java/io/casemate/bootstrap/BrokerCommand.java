package io.casemate.bootstrap;

import io.casemate.bootstrap.broker.BrokerListener;
import io.casemate.config.SealConfig;
import io.casemate.config.ServerConfig;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.log.ServerLog;
import io.casemate.os.ProcessMemory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code casemate hsm-broker}: the HSM's own process as a service of its own, for servers that connect to it. */
final class BrokerCommand {
    private static final List<String> FLAGS = List.of("config", "listen", "seal", "user");
    private static final String USAGE = """
            Usage: casemate hsm-broker --config FILE --listen SOCKET [--seal NAME] [--user NAME]

              Runs the PKCS#11 library of one seal outside the server, under a user of its own if you like: library, token
              and PIN are this process's alone. The server's configuration names the socket: 'isolation: SOCKET'. Without
              a service of its own there is nothing to run by hand: the server starts this process itself. Exit code 77: the
              token refused the PIN, which must not be tried again before a human looked at it.

              --config FILE    the server's configuration, or one with the same seal
              --listen SOCKET  Unix socket to make; its directory must belong to root or to this process's user alone
              --seal NAME      which seal, if the configuration has several
              --user NAME      the server's user, if it is another than this process's
            """;

    private BrokerCommand() {}

    static int run(List<String> words, PrintStream out) {
        if (ProgramFlags.help(words)) {
            out.print(USAGE);
            return 0;
        }
        ProgramFlags flags = ProgramFlags.parse("hsm-broker", FLAGS, List.of(), words);
        ProcessMemory.forbidDumps();
        ServerConfig config = ServerConfig.load(Path.of(flags.needed("config")), System.getenv());
        SealConfig.Pkcs11 seal = seal(config, flags.value("seal"));
        seal.pin().get().close();
        Path socket = Path.of(flags.needed("listen"));
        Optional<String> user = flags.value("user");
        if (!config.disableMlock()) {
            ProcessMemory.lock();
        }
        try (ServerLog _ = ServerLog.start(config.log(), new FileOutputStream(FileDescriptor.err))) {
            return new BrokerListener(seal.hsm(), socket, user).run();
        } catch (IOException e) {
            throw misconfigured("cannot listen at " + socket + ": " + e.getMessage());
        }
    }

    private static SealConfig.Pkcs11 seal(ServerConfig config, Optional<String> name) {
        List<SealConfig.Pkcs11> fitting = config.seals().stream()
                .filter(seal -> name.isEmpty() || seal.name().equals(name.get()))
                .filter(SealConfig.Pkcs11.class::isInstance)
                .map(SealConfig.Pkcs11.class::cast)
                .toList();
        if (fitting.size() != 1) {
            throw misconfigured(fitting.size() + " seals of type pkcs11 "
                    + name.map(each -> "are named '" + each + "'").orElse("are configured; choose one by --seal NAME"));
        }
        return fitting.getFirst();
    }

    private static FaultException misconfigured(String problem) {
        return new Fault.Misconfigured(List.of(problem)).asException();
    }
}
