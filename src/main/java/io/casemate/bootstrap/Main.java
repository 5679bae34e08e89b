package io.casemate.bootstrap;

import io.casemate.bootstrap.dev.DevCommand;
import io.casemate.bootstrap.install.InstallCommand;
import io.casemate.cli.Cli;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.Arrays;
import java.util.List;

/** Where the process starts: a server, or a command of the client. */
public final class Main {
    private Main() {}

    /** Runs one command line and ends the process with its exit code. */
    public static void main(String[] words) {
        String command = words.length == 0 ? "" : words[0];
        System.exit(
                switch (command) {
                    case "server" -> serving(() -> ServerCommand.run(rest(words), System.out));
                    case "hsm-broker" -> serving(() -> BrokerCommand.run(rest(words), System.out));
                    case "install" -> serving(() -> InstallCommand.run(rest(words), System.out));
                    case "dev" -> serving(() -> DevCommand.run(rest(words), System.out));
                    default -> Cli.main(List.of(words));
                });
    }

    private static List<String> rest(String[] words) {
        return Arrays.asList(words).subList(1, words.length);
    }

    /** What keeps a server from starting is said in lines for a human, not as a stack trace. */
    private static int serving(java.util.function.IntSupplier command) {
        try {
            return command.getAsInt();
        } catch (FaultException e) {
            List<String> problems =
                    e.fault() instanceof Fault.Misconfigured(List<String> each) ? each : List.of(e.getMessage());
            problems.forEach(problem -> System.err.println("error: " + problem));
            return 1;
        }
    }
}
