package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Starts the server by its unit, or waits for whoever starts it. */
final class ServiceStep {
    private static final int PATIENCE = 600;
    private static final long PAUSE = 200;
    private static final Path DOCTOR = Path.of("/usr/lib/systemd/system/casemate-doctor.timer");

    private final InstallAnswers answers;
    private final InstallSite site;
    private final PrintStream out;
    private final boolean initialised;

    ServiceStep(InstallAnswers answers, InstallSite site, PrintStream out, boolean initialised) {
        this.answers = answers;
        this.site = site;
        this.out = out;
        this.initialised = initialised;
    }

    Step step() {
        return Steps.every(
                "service",
                site.units(answers)
                        ? "enable and start casemate.service and what belongs to it"
                        : "wait for a server with " + site.config(),
                this::run);
    }

    private String run() throws IOException, InterruptedException {
        if (site.units(answers)) {
            start();
        } else if (!listens()) {
            out.println("     start the server now: casemate server --config " + site.config());
            out.flush();
        }
        for (int i = 0; !listens(); i++) {
            if (i == PATIENCE) {
                throw new IOException("nobody listens on port " + answers.port() + "; the server's log tells why");
            }
            Thread.sleep(PAUSE);
        }
        return "the server listens on port " + answers.port();
    }

    private void start() throws IOException, InterruptedException {
        List<String> servers = new ArrayList<>();
        if (answers.hsm().isPresent()) {
            servers.add(UnitSteps.HSM);
        }
        servers.add("casemate.service");
        List<String> units = new ArrayList<>(servers);
        if (Files.exists(DOCTOR)) {
            units.add(DOCTOR.getFileName().toString());
        }
        Programs.run("systemctl", "daemon-reload");
        if (answers.hsm().isPresent() && !initialised) {
            // Of an earlier run they may have a PIN that was refused, and try no other one by themselves.
            Programs.run("systemctl", words("restart", servers));
        }
        Programs.run(
                "systemctl",
                words(
                        "enable",
                        Stream.concat(Stream.of("--now"), units.stream()).toList()));
    }

    private static String[] words(String first, List<String> units) {
        return Stream.concat(Stream.of(first), units.stream()).toArray(String[]::new);
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host(answers), answers.port()), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where this machine reaches the listener. */
    static String host(InstallAnswers answers) {
        return answers.address().equals("0.0.0.0") || answers.address().equals("::") ? "127.0.0.1" : answers.address();
    }
}
