package io.casemate.bootstrap;

import io.casemate.config.ServerConfig;
import io.casemate.log.ServerLog;
import io.casemate.os.ProcessMemory;
import io.casemate.os.Supervisor;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** {@code casemate server}: reads the configuration, starts the server, and serves until it is told to stop. */
final class ServerCommand {
    private static final String USAGE = """
            Usage: casemate server --config FILE [--check-config]

              Starts the server. SIGTERM stops it after the requests under way; SIGHUP opens certificate and log files
              again and tries a corrected PIN.

              --config FILE    configuration, see docs/configuration.md
              --check-config   only say whether the configuration is right and the files it names are
                               there; exit code 0 if so
            """;

    private static final String IGNORED =
            "SIGHUP is ignored by whoever started the server (nohup?): certificate, log files and a"
                    + " corrected PIN are read again by sys/config/reload alone";

    private static final System.Logger LOG = System.getLogger("casemate.bootstrap");

    private ServerCommand() {}

    static int run(List<String> words, PrintStream out) {
        if (ProgramFlags.help(words)) {
            out.print(USAGE);
            return 0;
        }
        ProgramFlags flags = ProgramFlags.parse("server", List.of("config"), List.of("check-config"), words);
        if (words.stream().anyMatch(word -> word.matches("--?dev\\b.*"))) {
            flags.problem("a server to try things on is casemate dev");
        }
        Path config = Path.of(flags.needed("config"));
        ProcessMemory.forbidDumps();
        return run(ServerConfig.load(config, System.getenv()), flags.has("check-config"), out);
    }

    private static int run(ServerConfig config, boolean check, PrintStream out) {
        if (check) {
            ConfigFiles.check(config);
            out.println("The configuration is right.");
            return 0;
        }
        try (ServerLog _ = ServerLog.start(config.log(), new FileOutputStream(FileDescriptor.err))) {
            lockMemory(config);
            Server server = Server.start(config, () -> BootExamination.run(config.doctor(), InstantSource.system()));
            Supervisor supervisor =
                    Supervisor.of(System.getenv(), ProcessHandle.current().pid());
            ServiceReport report = ServiceReport.start(supervisor, server::answers, server::status);
            if (!Signals.on("HUP", server::reload)) {
                LOG.log(System.Logger.Level.WARNING, IGNORED);
            }
            Runnable stop = () -> {
                report.close();
                server.close();
            };
            Signals.on("TERM", stop);
            // SIGTERM alone would end the JVM with 143; the hook is for Ctrl-C and other ends
            Runtime.getRuntime().addShutdownHook(new Thread(stop, "casemate-stop"));
            server.await();
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    private static void lockMemory(ServerConfig config) {
        if (config.disableMlock()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "disable_mlock: memory is not locked; keys may be written to swap space, where they stay");
        } else {
            ProcessMemory.lock();
        }
    }
}
